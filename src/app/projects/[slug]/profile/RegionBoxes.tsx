'use client';
// The boxes of a place: drawn on a picture of the project that fits, or typed. Both are the same boxes.
import { useState } from 'react';
import type { RegionPicture } from '@/server/pixelRegions';
import { Button } from '../../../components/Button';
import { Field } from '../../../components/Field';
import { PixelPicture } from '../review/[seriesId]/pixels/PixelPicture';
import { boxesOf, boxesText, matchOf, mayMatch, type RegionFields, shownBoxes } from './regionForm';

interface RegionBoxesProps {
  fields: RegionFields;
  pictures: readonly RegionPicture[];
  onFill: (picture: RegionPicture) => void;
  onChange: (boxes: string) => void;
}

export function RegionBoxes({ fields, pictures, onFill, onChange }: RegionBoxesProps) {
  const [url, setUrl] = useState<string | null>(null);
  const fitting = pictures.filter((picture) => mayMatch(matchOf(fields), picture));
  const picture = fitting.find((one) => one.url === url) ?? fitting[0];
  return (
    <div className="min-w-0 space-y-2">
      {picture === undefined ? (
        <p className="rounded-md border border-line bg-sunken px-4 py-8 text-center text-sm text-muted">
          The project has no image that fits, so write the boxes as numbers below.
        </p>
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <PictureChoice pictures={fitting} picked={picture} onPick={setUrl} />
            <Button size="small" onClick={() => onFill(picture)}>
              Fill in this device
            </Button>
          </div>
          <Drawing key={picture.url} picture={picture} fields={fields} onChange={onChange} />
        </>
      )}
      <Field name="boxes" label="Boxes" hint="One line a box: x, y, width, height, in pixels from the top left.">
        {({ className, ...tie }) => (
          <textarea
            {...tie}
            value={fields.boxes}
            rows={3}
            onChange={(event) => onChange(event.target.value)}
            className={`${className} py-2 font-mono`}
          />
        )}
      </Field>
    </div>
  );
}

interface PictureChoiceProps {
  pictures: readonly RegionPicture[];
  picked: RegionPicture;
  onPick: (url: string) => void;
}

function PictureChoice({ pictures, picked, onPick }: PictureChoiceProps) {
  return (
    <select
      aria-label="Image of the project to draw on"
      value={picked.url}
      onChange={(event) => onPick(event.target.value)}
      className="h-9 min-w-0 grow rounded-md border border-edge bg-surface px-2 text-sm"
    >
      {pictures.map(({ url, label, columns, rows, source }) => (
        <option key={url} value={url}>
          {label}: {columns} x {rows} {source && [source.modality, source.manufacturer, source.model].join(' ')}
        </option>
      ))}
    </select>
  );
}

interface DrawingProps {
  picture: RegionPicture;
  fields: RegionFields;
  onChange: (boxes: string) => void;
}

function Drawing({ picture: { url, label, rows, columns }, fields, onChange }: DrawingProps) {
  const [selected, setSelected] = useState<number | null>(null);
  const boxes = boxesOf(fields.boxes) ?? [];
  const remove = () => {
    onChange(boxesText(boxes.filter((_, index) => index !== selected)));
    setSelected(null);
  };
  return (
    <>
      <div className="reading-room h-[24rem] rounded-md bg-black p-2">
        <div className="flex size-full [container-type:size]">
          <PixelPicture
            url={url}
            alt={`All images of ${label} laid over each other`}
            size={{ rows, columns, frames: 1, boxes: shownBoxes(boxes, fields.do) }}
            frame={null}
            selected={selected}
            covered={false}
            mayEdit
            onSelect={setSelected}
            onChange={(drawn, index) => {
              onChange(boxesText(drawn));
              setSelected(index);
            }}
          />
        </div>
      </div>
      <p className="flex min-h-8 items-center gap-2 text-sm text-muted">
        Drag over the picture to draw a box; drag a box to move it, a corner to pull it.
        {selected !== null && (
          <Button size="small" kind="quiet" onClick={remove}>
            Remove box {selected + 1}
          </Button>
        )}
      </p>
    </>
  );
}
