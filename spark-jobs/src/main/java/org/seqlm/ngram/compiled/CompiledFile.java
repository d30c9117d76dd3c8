package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.seqlm.UserException;
import org.seqlm.store.MappedFile;

/**
 * A compiled model's file: a head that tells it from all other files, sections, the {@link
 * CompiledHeader}, and a tail that says where the header is. It is little-endian, holds no address,
 * and is written from its first byte to its last; the same model gives the same bytes.
 *
 * <p>Opening it reads the head, the tail and the header, which has a checksum; those of the
 * sections are compared by {@link #verify}.
 */
public final class CompiledFile {
  /** The version that this release writes, and the only one that it reads. */
  static final int VERSION = 1;

  /** Bytes of the head: eight that tell the file, the version, four of zero. */
  public static final int HEAD = 16;

  /** Bytes of the tail: the header's length and CRC-32C, the file's length, the head's eight. */
  public static final int TAIL = 24;

  /** Sections begin at a multiple of so many bytes, a line of most processors' caches. */
  static final int ALIGNMENT = 64;

  static final byte[] MAGIC = "SeqLM-ng".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_HEADER = 1 << 20;

  /** Bytes at the end that a tail is looked for in, to tell a file that grew from one cut short. */
  private static final int MOST_APPENDED = 1 << 16;

  /** Bytes that checksums are made of at a time. */
  private static final int PART = 1 << 20;

  private final MappedFile bytes;
  private final CompiledHeader header;
  private final String name;

  private CompiledFile(MappedFile bytes, CompiledHeader header, String name) {
    this.bytes = bytes;
    this.header = header;
    this.name = name;
  }

  /** Whether a file that begins so is a compiled model's, of any version. */
  public static boolean isOne(byte[] begin) {
    return begin.length >= MAGIC.length
        && Arrays.equals(begin, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Reads a part of a file. */
  @FunctionalInterface
  public interface Bytes {
    /** The bytes from a place on, all of them. */
    byte[] read(long from, int length) throws IOException;
  }

  /**
   * Reads the header of a file that may lie anywhere.
   *
   * @param name for messages
   * @throws UserException with exit code 3 if it is damaged, cut short, or of another version
   */
  public static CompiledHeader header(long size, Bytes file, String name) throws IOException {
    if (size < HEAD + TAIL) {
      throw cutShort(name, size);
    }
    ByteBuffer head = ByteBuffer.wrap(file.read(0, HEAD)).order(ByteOrder.LITTLE_ENDIAN);
    if (!isOne(head.array())) {
      throw UserException.data(name + " is no compiled model: make one with seqlm compile");
    }
    int version = head.getInt(MAGIC.length);
    if (version != VERSION) {
      throw UserException.data(
          name
              + " is a compiled model of format version "
              + version
              + ", but this release reads version "
              + VERSION
              + ": compile the model with this release");
    }
    requireEnd(size, file, name);
    ByteBuffer tail = ByteBuffer.wrap(file.read(size - TAIL, TAIL)).order(ByteOrder.LITTLE_ENDIAN);
    int length = tail.getInt();
    int crc = tail.getInt();
    if (length < 0 || length > Math.min(MOST_HEADER, size - HEAD - TAIL)) {
      throw damaged(name, "its tail");
    }
    byte[] header = file.read(size - TAIL - length, length);
    CRC32C found = new CRC32C();
    found.update(header);
    if ((int) found.getValue() != crc) {
      throw damaged(name, "its header");
    }
    CompiledHeader read = CompiledHeader.of(header, name);
    for (CompiledHeader.Section section : read.sections()) {
      if (section.offset() < HEAD
          || section.length() < 0
          || section.offset() > size - TAIL - length - section.length()) {
        throw damaged(name, "its section " + section.name());
      }
    }
    return read;
  }

  /** Checks that the tail stands at the file's end, which is where it says that the end is. */
  private static void requireEnd(long size, Bytes file, String name) throws IOException {
    int length = (int) Math.min(size - HEAD, MOST_APPENDED);
    byte[] end = file.read(size - length, length);
    for (int to = length; to >= TAIL; to--) {
      if (!isOne(Arrays.copyOfRange(end, to - MAGIC.length, to))) {
        continue;
      }
      long written = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getLong(to - TAIL + 8);
      if (written == size && to == length) {
        return;
      }
      if (written == size - length + to) {
        throw UserException.data(
            String.format(
                Locale.ROOT,
                "%s is a compiled model of %,d bytes with %,d more behind it: copy or compile it"
                    + " again",
                name,
                written,
                size - written));
      }
    }
    throw cutShort(name, size);
  }

  /**
   * Maps a local file.
   *
   * @param name for messages
   * @throws UserException with exit code 3 as {@link #header(long, Bytes, String)}
   */
  public static CompiledFile open(Path file, String name) throws IOException {
    MappedFile bytes = MappedFile.open(file);
    CompiledHeader header =
        header(
            bytes.size(),
            (from, length) -> {
              byte[] some = new byte[length];
              bytes.get(from, some, 0, length);
              return some;
            },
            name);
    return new CompiledFile(bytes, header, name);
  }

  private static UserException cutShort(String name, long size) {
    return UserException.data(
        String.format(
            Locale.ROOT,
            "%s is a compiled model that is cut short after %,d bytes, damaged at its end, or still"
                + " being copied: copy or compile it again",
            name,
            size));
  }

  private static UserException damaged(String name, String what) {
    return UserException.data(
        name + " is damaged: " + what + " is not what was written; copy or compile it again");
  }

  /** What to throw where what is read points out of the file: nobody compares its checksums. */
  UserException damaged(String what) {
    return damaged(name, what);
  }

  /** What it says of itself. */
  public CompiledHeader header() {
    return header;
  }

  /** All of it. */
  MappedFile bytes() {
    return bytes;
  }

  /**
   * Reads all sections and compares their checksums.
   *
   * @throws UserException with exit code 3 if one differs
   */
  public void verify() {
    try {
      verify(
          header,
          (from, length) -> {
            byte[] some = new byte[length];
            bytes.get(from, some, 0, length);
            return some;
          },
          name);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // mapped bytes have none
    }
  }

  /**
   * The same of a file that may lie anywhere.
   *
   * @param header of {@link #header(long, Bytes, String)}
   * @param name for messages
   * @throws UserException with exit code 3 if a section differs
   */
  public static void verify(CompiledHeader header, Bytes file, String name) throws IOException {
    for (CompiledHeader.Section section : header.sections()) {
      CRC32C crc = new CRC32C();
      for (long at = 0; at < section.length(); at += PART) {
        crc.update(file.read(section.offset() + at, (int) Math.min(section.length() - at, PART)));
      }
      if ((int) crc.getValue() != section.crc()) {
        throw damaged(name, "its section " + section.name());
      }
    }
  }

  /** The model in it. */
  public CompiledModel model() {
    return header.layout() == Layout.FAST ? new FastModel(this) : new SmallModel(this);
  }
}
