// What makes generated voxels look acquired: blurred borders, slow unevenness, noise.

/** Blurs in place along all three axes with the weights 1 2 1: the partial volume of borders. */
export function soften(voxels: Float32Array, [nx, ny, nz]: readonly [number, number, number]): void {
  blurAlong(voxels, nx, 1, nx * ny * nz);
  blurAlong(voxels, ny, nx, nx * ny * nz);
  blurAlong(voxels, nz, nx * ny, nx * ny * nz);
}

function blurAlong(voxels: Float32Array, count: number, step: number, total: number): void {
  for (let start = 0; start < total; start++) {
    if (Math.floor(start / step) % count !== 0) continue;
    let before = voxels[start]!;
    for (let i = 0; i < count; i++) {
      const at = start + i * step;
      const here = voxels[at]!;
      const after = i + 1 < count ? voxels[at + step]! : here;
      voxels[at] = (before + 2 * here + after) / 4;
      before = here;
    }
  }
}

/** Adds noise in place; T1 images also get the slow unevenness of a receive coil, and stay above zero. */
export function addTexture(
  voxels: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  { contrast, random }: { readonly contrast: 't1' | 'ct'; readonly random: () => number },
): void {
  const [px, py, pz] = [random() * 6, random() * 6, random() * 6];
  let at = 0;
  for (let k = 0; k < nz; k++) {
    const alongZ = Math.sin((k / nz) * 3 + pz);
    for (let j = 0; j < ny; j++) {
      const alongY = Math.sin((j / ny) * 3 + py);
      for (let i = 0; i < nx; i++, at++) {
        const noise = random() + random() + random() - 1.5;
        if (contrast === 'ct') voxels[at] = Math.max(-1024, voxels[at]! + noise * 16);
        else
          voxels[at] = Math.abs(
            voxels[at]! * (1 + 0.06 * (alongZ + alongY + Math.sin((i / nx) * 3 + px))) + noise * 18,
          );
      }
    }
  }
}
