// The frame of every page of one project: its name and its tabs.
import Link from 'next/link';
import type { ReactNode } from 'react';
import { getProject } from '@/server/projects';
import { ProjectTabs } from '../../components/ProjectTabs';
import { orNotFound, pageActor } from '../../pageActor';

interface ProjectLayoutProps {
  params: Promise<{ slug: string }>;
  children: ReactNode;
}

export default async function ProjectLayout({ params, children }: ProjectLayoutProps) {
  const actor = await pageActor();
  const { slug } = await params;
  const project = await orNotFound(getProject(actor, slug));
  return (
    <>
      <div className="border-b border-line bg-surface">
        <div className="mx-auto w-full max-w-6xl px-6 pt-3">
          <p className="text-sm">
            <Link href="/projects" className="text-muted hover:text-ink">
              Projects
            </Link>
            <span aria-hidden="true" className="mx-2 text-muted">
              /
            </span>
            <Link href={`/projects/${slug}`} className="font-semibold">
              {project.name}
            </Link>
          </p>
          <ProjectTabs actor={actor} project={project} />
        </div>
      </div>
      {children}
    </>
  );
}
