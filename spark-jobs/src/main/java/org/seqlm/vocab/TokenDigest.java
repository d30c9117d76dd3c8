package org.seqlm.vocab;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The fingerprint of a list of tokens: each goes in with its length before it, so that no two lists
 * read the same. Not thread-safe.
 */
final class TokenDigest {
  private final MessageDigest digest;
  private final byte[] buffer = new byte[1 << 12];
  private int size;

  TokenDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  void add(byte[] utf8, int from, int to) {
    int n = to - from;
    if (buffer.length - size < n + 4) {
      flush();
    }
    buffer[size++] = (byte) (n >>> 24);
    buffer[size++] = (byte) (n >>> 16);
    buffer[size++] = (byte) (n >>> 8);
    buffer[size++] = (byte) n;
    if (buffer.length - size < n) {
      flush();
      digest.update(utf8, from, n);
    } else {
      System.arraycopy(utf8, from, buffer, size, n);
      size += n;
    }
  }

  private void flush() {
    digest.update(buffer, 0, size);
    size = 0;
  }

  /** In hexadecimal; ends the list. */
  String hex() {
    flush();
    return HexFormat.of().formatHex(digest.digest());
  }
}
