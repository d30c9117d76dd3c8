package org.seqlm.text.subword;

import java.util.Arrays;
import org.seqlm.text.Utf8;

/**
 * The unigram model (Kudo 2018, section 3.2): of all ways to cut a stretch into tokens the one with
 * the greatest sum of their log-probabilities, found by Viterbi's algorithm. Same ids as the model
 * {@code Unigram} of Hugging Face's tokenizers: a code point that is no token costs {@link
 * #UNKNOWN_PENALTY} more than the worst token, neighbours of that kind become one, and of equally
 * good ways the one is taken whose last token is the longest.
 */
final class UnigramModel implements SubwordModel {
  private static final double UNKNOWN_PENALTY = 10;

  private final TokenIds tokens;
  private final double[] scores; // log-probabilities, by id
  private final double unknownScore;
  private final int unknown; // id; -1 for none
  private final int[] fallback; // ids of <0xXX>, all there; null without
  private final PairTable edges = new PairTable(1 << 10); // (node, byte): its number + 1 is a node
  private int[] ids = new int[1 << 10]; // of the token that ends at a node; -1 for none

  /** What stands for what is no token. */
  enum Fallback {
    UNKNOWN,
    BYTES
  }

  UnigramModel(TokenIds tokens, double[] scores, int unknown, Fallback fallback) {
    this.tokens = tokens;
    this.scores = scores;
    this.unknown = unknown;
    unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    this.fallback = fallback == Fallback.BYTES ? tokens.byteFallback() : null;
    Arrays.fill(ids, -1);
    for (int id = 0; id < scores.length; id++) {
      byte[] token = tokens.token(id);
      if (token.length > 0) {
        int node = 0;
        for (byte b : token) {
          node = edges.add(PairTable.pair(node, b & 0xFF)) + 1;
        }
        if (node >= ids.length) {
          int before = ids.length;
          ids = Arrays.copyOf(ids, Math.max(node + 1, before * 2));
          Arrays.fill(ids, before, ids.length, -1);
        }
        ids[node] = tokens.find(token, 0, token.length);
      }
    }
  }

  @Override
  public TokenIds tokens() {
    return tokens;
  }

  @Override
  public SubwordModel.Encoder encoder() {
    return new Encoder();
  }

  private final class Encoder implements SubwordModel.Encoder {
    // Of the best way to each place; // (bytes + 1)
    private double[] best = new double[64];
    private int[] begins = new int[64]; // of its last token; -1 where no way ends
    private int[] lastIds = new int[64]; // -1 for a code point that is none
    private int[] cuts = new int[64];

    @Override
    public void encode(byte[] utf8, int from, int to, IdList out) {
      int length = to - from;
      ensure(length + 1);
      Arrays.fill(begins, 0, length + 1, -1);
      best[0] = 0;
      for (int at = 0; at < length; ) {
        int first = Utf8.length(utf8[from + at]);
        forward(utf8, from, at, length, first);
        at += first;
      }
      int n = 0;
      for (int at = length; at > 0; at = begins[at]) {
        cuts[n++] = at;
      }
      int begin = 0;
      while (n > 0) {
        int end = cuts[--n];
        if (lastIds[end] >= 0) {
          out.add(lastIds[end]);
        } else {
          while (n > 0 && lastIds[cuts[n - 1]] < 0) {
            end = cuts[--n];
          }
          unknown(utf8, from + begin, from + end, out);
        }
        begin = end;
      }
    }

    private void forward(byte[] utf8, int from, int at, int length, int first) {
      double here = best[at];
      boolean single = false;
      int node = 0;
      for (int end = at; end < length; ) {
        int edge = edges.find(PairTable.pair(node, utf8[from + end] & 0xFF));
        if (edge < 0) {
          break;
        }
        end++;
        node = edge + 1;
        int id = node < ids.length ? ids[node] : -1;
        if (id >= 0) {
          offer(end, at, here + scores[id], id);
          single |= end - at == first;
        }
      }
      if (!single) {
        offer(at + first, at, here + unknownScore, -1);
      }
    }

    private void offer(int end, int begin, double score, int id) {
      if (begins[end] < 0 || score > best[end]) {
        best[end] = score;
        begins[end] = begin;
        lastIds[end] = id == unknown ? -1 : id;
      }
    }

    private void unknown(byte[] utf8, int from, int to, IdList out) {
      int known = tokens.find(utf8, from, to);
      if (known >= 0) {
        out.add(known);
        return;
      }
      boolean inBytes = fallback != null;
      for (int i = from; inBytes && i < to; i++) {
        inBytes = fallback[utf8[i] & 0xFF] >= 0;
      }
      if (!inBytes) {
        out.addUnknown(unknown, utf8, from, to);
        return;
      }
      for (int i = from; i < to; i++) {
        out.add(fallback[utf8[i] & 0xFF]);
      }
    }

    private void ensure(int length) {
      if (best.length < length) {
        int larger = Math.max(length, best.length * 2);
        best = new double[larger];
        begins = new int[larger];
        lastIds = new int[larger];
        cuts = new int[larger];
      }
    }
  }
}
