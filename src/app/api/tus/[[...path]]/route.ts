// tus (https://tus.io/protocols/resumable-upload): the bytes of an upload's files. There is no GET: what was uploaded never
// comes back through a route.
import { receive } from '@/server/tusServer';
import { route } from '../../serviceRoute';

interface Params {
  path?: string[];
}

const handle = route<Params>(({ request, params, actor }) => receive(actor, request, params.path?.[0] ?? null));

export { handle as DELETE, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST };
