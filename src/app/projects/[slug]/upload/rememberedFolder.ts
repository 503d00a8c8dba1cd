// Where the browser allows it (Chromium, on https or localhost), the chosen folder is remembered per upload in IndexedDB,
// so that going on after a reload is one click. Elsewhere every call quietly does nothing.

const STORE = 'folders';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('cloakroom', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function use<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return null;
  }
}

export async function rememberFolders(uploadId: string, folders: readonly FileSystemDirectoryHandle[]): Promise<void> {
  if (folders.length > 0) await use('readwrite', (store) => store.put(folders, uploadId));
}

export async function rememberedFolders(uploadId: string): Promise<FileSystemDirectoryHandle[]> {
  return (await use<FileSystemDirectoryHandle[] | undefined>('readonly', (store) => store.get(uploadId))) ?? [];
}

export async function forgetFolders(uploadId: string): Promise<void> {
  await use('readwrite', (store) => store.delete(uploadId));
}

/** Asks the person for leave to read the folders again; must be called from a click. */
export async function mayRead(folders: readonly FileSystemDirectoryHandle[]): Promise<boolean> {
  for (const folder of folders) {
    if ((await folder.requestPermission?.({ mode: 'read' })) !== 'granted') return false;
  }
  return true;
}
