package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Tokens that stand for themselves wherever a text has them: the leftmost, then the longest. */
final class AddedTokens {
  private final boolean[] begins = new boolean[256];
  private final PairTable edges = new PairTable(64); // (node, byte): its number + 1 is a node
  private final int[] ids; // by node; -1 for none

  private final Set<Integer> before;
  private final Set<Integer> after;

  /**
   * @param added contents and ids; none is empty
   * @param before ids of those that take the white space before them
   * @param after ids of those that take the white space after them
   */
  AddedTokens(Map<String, Integer> added, Set<Integer> before, Set<Integer> after) {
    this.before = before;
    this.after = after;
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
      int start = before.contains(id) ? GptWords.spaceBegin(utf8, begin, i) : i;
      end = after.contains(id) ? GptWords.spaceEnd(utf8, end, to) : end;
      if (begin < start) {
        sink.text(utf8, begin, start);
      }
      sink.added(id, utf8, start, end);
      begin = end;
      i = end;
    }
    if (begin < to) {
      sink.text(utf8, begin, to);
    }
  }
}
