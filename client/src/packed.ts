// MessagePack, as much of it as the wire uses: integers, strings, booleans, nil, arrays, and bytes that only come. A tenth
// of a whole library.

export type Packable = number | string | boolean | null | readonly Packable[];

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() };

/** The bytes of `value`. Numbers must be integers within +-2^53: the wire has no others. */
export function pack(value: Packable): Uint8Array {
  const bytes: number[] = [];
  put(bytes, value);
  return Uint8Array.from(bytes);
}

function put(bytes: number[], value: Packable): void {
  if (value === null) bytes.push(0xc0);
  else if (typeof value === "boolean") bytes.push(value ? 0xc3 : 0xc2);
  else if (typeof value === "number") putInteger(bytes, value);
  else if (typeof value === "string") {
    const text = utf8.encode.encode(value);
    if (text.length < 32) bytes.push(0xa0 | text.length);
    else if (text.length < 256) bytes.push(0xd9, text.length);
    else bytes.push(0xda, text.length >> 8, text.length & 0xff);
    bytes.push(...text);
  } else {
    if (value.length < 16) bytes.push(0x90 | value.length);
    else bytes.push(0xdc, value.length >> 8, value.length & 0xff);
    for (const each of value) put(bytes, each);
  }
}

function putInteger(bytes: number[], value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer of the wire`);
  if (value >= -32 && value < 128) {
    bytes.push(value & 0xff);
    return;
  }
  let power = 0; // 1, 2, 4 or 8 bytes
  while (value >= 256 ** (2 ** power) || value < -(256 ** (2 ** power)) / 2) power += 1;
  bytes.push((value < 0 ? 0xd0 : 0xcc) + power);
  for (let byte = 2 ** power - 1; byte >= 0; byte -= 1) bytes.push(Math.floor(value / 256 ** byte) & 0xff);
}

/** The value that `data` holds. Throws RangeError where it ends too soon or holds what the wire never does. */
export function unpack(data: Uint8Array): unknown {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;

  const unsigned = (size: number): number => {
    const start = at;
    at += size;
    if (size === 1) return view.getUint8(start);
    if (size === 2) return view.getUint16(start);
    if (size === 4) return view.getUint32(start);
    return view.getUint32(start) * 2 ** 32 + view.getUint32(start + 4);
  };
  const signed = (size: number): number => {
    const start = at;
    at += size;
    if (size === 1) return view.getInt8(start);
    if (size === 2) return view.getInt16(start);
    if (size === 4) return view.getInt32(start);
    return view.getInt32(start) * 2 ** 32 + view.getUint32(start + 4);
  };
  const bytes = (length: number): Uint8Array => {
    if (at + length > data.length) throw new RangeError("it ends too soon");
    at += length;
    return data.subarray(at - length, at);
  };
  const text = (length: number): string => utf8.decode.decode(bytes(length));
  const array = (length: number): unknown[] => {
    const values: unknown[] = [];
    for (let index = 0; index < length; index += 1) values.push(next());
    return values;
  };
  const next = (): unknown => {
    const byte = unsigned(1);
    if (byte < 0x80) return byte;
    if (byte >= 0xe0) return byte - 256;
    if (byte >= 0x90 && byte < 0xa0) return array(byte & 15);
    if (byte >= 0xa0 && byte < 0xc0) return text(byte & 31);
    if (byte === 0xc0) return null;
    if (byte === 0xc2 || byte === 0xc3) return byte === 0xc3;
    if (byte === 0xc4 || byte === 0xc5) return bytes(unsigned(byte - 0xc3));
    if (byte >= 0xcc && byte <= 0xcf) return unsigned(2 ** (byte - 0xcc));
    if (byte >= 0xd0 && byte <= 0xd3) return signed(2 ** (byte - 0xd0));
    if (byte >= 0xd9 && byte <= 0xdb) return text(unsigned(2 ** (byte - 0xd9)));
    if (byte === 0xdc || byte === 0xdd) return array(unsigned(byte === 0xdc ? 2 : 4));
    throw new RangeError(`the wire has no ${byte.toString(16)}`);
  };
  return next();
}
