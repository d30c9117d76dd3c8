package org.seqlm.concordance;

import java.io.Closeable;
import java.io.IOException;

/** The bytes of one file of an index, wherever it lies. */
public interface IndexBytes extends Closeable {
  /** The file as messages name it. */
  String name();

  /** How many bytes it has. */
  long length() throws IOException;

  /**
   * Some of its bytes.
   *
   * @param from the first
   * @throws java.io.EOFException if it has not so many
   */
  byte[] read(long from, int length) throws IOException;

  @Override
  default void close() throws IOException {}

  /** Bytes that are held in memory. */
  static IndexBytes of(String name, byte[] bytes) {
    return new IndexBytes() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public byte[] read(long from, int length) throws IOException {
        if (from < 0 || length < 0 || from + length > bytes.length) {
          throw new java.io.EOFException(name + " ends before byte " + (from + length));
        }
        return java.util.Arrays.copyOfRange(bytes, (int) from, (int) from + length);
      }
    };
  }
}
