package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Tokens that stand for themselves wherever a text has them: the leftmost, then the longest. */
final class AddedTokens {
  private final boolean[] begins = new boolean[256];
  private final PairTable edges = new PairTable(64); // (node, byte): its number + 1 is a node
  private final int[] ids; // by node; -1 for none

  /**
   * @param added contents and ids; none is empty
   */
  AddedTokens(Map<String, Integer> added) {
    int nodes = 1;
    for (String content : added.keySet()) {
      nodes += content.getBytes(StandardCharsets.UTF_8).length;
    }
    ids = new int[nodes];
    Arrays.fill(ids, -1);
    added.forEach(
        (content, id) -> {
          int node = 0;
          byte[] utf8 = content.getBytes(StandardCharsets.UTF_8);
          begins[utf8[0] & 0xFF] = true;
          for (byte b : utf8) {
            node = edges.add(PairTable.pair(node, b & 0xFF)) + 1;
          }
          ids[node] = id;
        });
  }

  /** What stands between added tokens, and these. */
  interface Sink {
    /** Other text; never empty. */
    void text(byte[] utf8, int from, int to);

    /** An added token. */
    void added(int id, byte[] utf8, int from, int to);
  }

  void split(byte[] utf8, int from, int to, Sink sink) {
    int begin = from;
    int i = from;
    while (i < to) {
      if (!begins[utf8[i] & 0xFF]) {
        i++;
        continue;
      }
      int node = 0;
      int id = -1;
      int end = i;
      for (int k = i; k < to; k++) {
        int edge = edges.find(PairTable.pair(node, utf8[k] & 0xFF));
        if (edge < 0) {
          break;
        }
        node = edge + 1;
        if (ids[node] >= 0) {
          id = ids[node];
          end = k + 1;
        }
      }
      if (id < 0) {
        i++;
        continue;
      }
      if (begin < i) {
        sink.text(utf8, begin, i);
      }
      sink.added(id, utf8, i, end);
      begin = end;
      i = end;
    }
    if (begin < to) {
      sink.text(utf8, begin, to);
    }
  }
}
