package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.vocab.TokenTable;

/**
 * The tokens of a file and their ids, which need not be consecutive. Not thread-safe; reading is.
 */
final class TokenIds {
  private final TokenTable table;
  private int[] ids; // by number in the table
  private byte[][] tokens = new byte[16][]; // UTF-8, by id; null for none

  TokenIds(int expected) {
    table = new TokenTable(expected);
    ids = new int[Math.max(16, expected)];
  }

  void put(String token, int id) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    int number = table.add(utf8, 0, utf8.length);
    if (number >= ids.length) {
      ids = Arrays.copyOf(ids, ids.length * 2);
    }
    ids[number] = id;
    if (id >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
    }
    tokens[id] = utf8;
  }

  /** The id of a token; -1 if it is none. */
  int find(byte[] utf8, int from, int to) {
    int number = table.find(utf8, from, to);
    return number < 0 ? -1 : ids[number];
  }

  int find(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return find(utf8, 0, utf8.length);
  }

  /** The UTF-8 of a token; null for an id without one. */
  byte[] token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : null;
  }

  /** Takes a token and its id. */
  @FunctionalInterface
  interface Each {
    void token(String token, int id);
  }

  void forEach(Each each) {
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null) {
        each.token(new String(tokens[id], StandardCharsets.UTF_8), id);
      }
    }
  }

  /** One more than the highest id, or more. */
  int ids() {
    return tokens.length;
  }

  int size() {
    return table.size();
  }

  /** The ids of {@code <0x00>} to {@code <0xFF>}, by byte; -1 for those that are missing. */
  int[] byteFallback() {
    int[] found = new int[256];
    for (int b = 0; b < 256; b++) {
      String hex = Integer.toHexString(b | 0x100).substring(1).toUpperCase(java.util.Locale.ROOT);
      found[b] = find("<0x" + hex + ">");
    }
    return found;
  }
}
