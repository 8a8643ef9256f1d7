/** Markers of a JPEG, each after 0xFF (ITU-T T.81, table B.1). */
const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const STUFFED = 0x00;
const FILL = 0xff;
const TEMPORARY = 0x01;
/** DHT, JPG and DAC stand among the frames' numbers and are none. */
const NOT_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];
/** Length, precision, height, width and the number of components. */
const SHORTEST_FRAME = 8;

const CUT_OFF = 'names a JPEG that is cut off: its end is missing';
const DAMAGED = 'names a JPEG that is damaged';
const NO_PICTURE = 'names a JPEG without a picture';

/**
 * Why a file that begins as a JPEG is not a whole one: from marker to marker up to the end of the image, over a frame and a
 * scan. What follows the image is not looked at: cameras put previews there.
 */
export function jpegProblem(bytes: Buffer): string | undefined {
  let at = 2;
  let frame = false;
  let scan = false;
  for (;;) {
    while (bytes[at] === FILL && bytes[at + 1] === FILL) at += 1;
    const marker = bytes[at + 1];
    if (marker === undefined) return CUT_OFF;
    if (bytes[at] !== FILL || marker === STUFFED || marker === START_OF_IMAGE) return DAMAGED;
    if (marker === END_OF_IMAGE) return scan ? undefined : NO_PICTURE;
    at += 2;
    if (marker === TEMPORARY || isRestart(marker)) continue;
    if (at + 2 > bytes.length) return CUT_OFF;
    const length = bytes.readUInt16BE(at);
    if (at + length > bytes.length) return CUT_OFF;
    if (length < 2) return DAMAGED;
    if (isFrame(marker)) {
      // A height of 0 is told later, by a segment of its own.
      if (length < SHORTEST_FRAME || bytes.readUInt16BE(at + 5) === 0) return NO_PICTURE;
      frame = true;
    }
    at += length;
    if (marker === START_OF_SCAN) {
      if (!frame) return NO_PICTURE;
      scan = true;
      at = endOfScan(bytes, at);
    }
  }
}

/** The next marker that is not part of the coded picture. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(FILL, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next === undefined || (next !== STUFFED && next !== FILL && !isRestart(next))) return at;
    at = bytes.indexOf(FILL, next === FILL ? at + 1 : at + 2);
  }
  return bytes.length;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NOT_FRAMES.includes(marker);
}
