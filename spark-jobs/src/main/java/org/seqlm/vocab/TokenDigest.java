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
  private final byte[] length = new byte[4];

  TokenDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  void add(byte[] utf8, int from, int to) {
    int n = to - from;
    length[0] = (byte) (n >>> 24);
    length[1] = (byte) (n >>> 16);
    length[2] = (byte) (n >>> 8);
    length[3] = (byte) n;
    digest.update(length);
    digest.update(utf8, from, n);
  }

  /** In hexadecimal; ends the list. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
