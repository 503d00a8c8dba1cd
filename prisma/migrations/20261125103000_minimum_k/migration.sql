-- The smallest group of subjects alike in what may be known of them, below which publishing warns.
ALTER TABLE "Project" ADD COLUMN "minimumK" INTEGER NOT NULL DEFAULT 5;
ALTER TABLE "Project" ADD CONSTRAINT "Project_minimumK_check" CHECK ("minimumK" BETWEEN 1 AND 1000);
