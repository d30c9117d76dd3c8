package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes a {@link CompiledFile}: the head at once, section by section, the header at the end. */
final class SectionWriter {
  private final OutputStream out;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private final List<CompiledHeader.Section> sections = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private long position; // of what was handed on
  private String name; // of the section; null outside
  private long start;

  SectionWriter(OutputStream out) throws IOException {
    this.out = out;
    buffer.put(CompiledFile.MAGIC).putInt(CompiledFile.VERSION).putInt(0);
    flush();
  }

  private void flush() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    crc.update(buffer.array(), 0, buffer.position());
    position += buffer.position();
    buffer.clear();
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  /** Begins a section. */
  void begin(String section) throws IOException {
    while ((position + buffer.position()) % CompiledFile.ALIGNMENT != 0) {
      room(1).put((byte) 0);
    }
    flush();
    crc.reset();
    start = position;
    name = section;
  }

  void putInt(int value) throws IOException {
    room(Integer.BYTES).putInt(value);
  }

  void putLong(long value) throws IOException {
    room(Long.BYTES).putLong(value);
  }

  void putFloat(float value) throws IOException {
    room(Float.BYTES).putFloat(value);
  }

  void put(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int some = Math.min(length - done, room(1).remaining());
      buffer.put(bytes, from + done, some);
      done += some;
    }
  }

  /** Ends the section. */
  void end() throws IOException {
    flush();
    sections.add(new CompiledHeader.Section(name, start, position - start, (int) crc.getValue()));
    name = null;
  }

  /** The sections that have ended. */
  List<CompiledHeader.Section> sections() {
    return sections;
  }

  /** Writes the header and the tail; the stream stays open. */
  void finish(CompiledHeader header) throws IOException {
    byte[] bytes = header.bytes();
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    put(bytes, 0, bytes.length);
    long size = position + buffer.position() + CompiledFile.TAIL;
    putInt(bytes.length);
    putInt((int) sum.getValue());
    putLong(size);
    put(CompiledFile.MAGIC, 0, CompiledFile.MAGIC.length);
    flush();
  }
}
