package org.seqlm.ngram.kenlm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of a file whose numbers are little-endian. */
final class LittleEndianBytes extends ByteArrayOutputStream {
  LittleEndianBytes bytes(byte[] bytes) {
    writeBytes(bytes);
    return this;
  }

  LittleEndianBytes zeros(int size) {
    return bytes(new byte[size]);
  }

  LittleEndianBytes int32(int value) {
    return bytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  LittleEndianBytes int64(long value) {
    return bytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  LittleEndianBytes float32(float value) {
    return int32(Float.floatToRawIntBits(value));
  }

  LittleEndianBytes align8() {
    return zeros((8 - size() % 8) % 8);
  }
}
