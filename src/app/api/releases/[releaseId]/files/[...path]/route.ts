// One file of a version, whole or a range of it.
import { fileResponse } from '../../../../fileResponse';
import { route } from '../../../../serviceRoute';

interface Params {
  releaseId: string;
  path: string[];
}

const handle = route<Params>(({ request, params, actor }) =>
  fileResponse(request, actor, params.releaseId, params.path.map(decodeURIComponent).join('/')),
);

export { handle as GET, handle as HEAD };
