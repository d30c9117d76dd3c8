package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.TokenTable;

/**
 * Merges of byte pair encoding (Sennrich et al. 2016): of all neighbours in a stretch those that
 * were merged first in training become one, the leftmost first, until none is left. Same ids as the
 * model {@code BPE} of Hugging Face's tokenizers.
 */
final class BpeModel implements SubwordModel {
  /** What stands first for a stretch. */
  enum Symbols {
    /** Its bytes, by the letters of {@link ByteLetters}. */
    BYTES,
    /** Its code points. */
    CODE_POINTS
  }

  /**
   * What a file says beside its vocabulary and merges.
   *
   * @param unknown the id for what has none; -1 to leave that out
   * @param fuseUnknown whether neighbours of that become one
   * @param byteFallback whether bytes {@code <0xXX>} stand for a code point without an id
   * @param ignoreMerges whether a stretch that is a token is that, whatever the merges
   */
  record Options(
      Symbols symbols,
      int unknown,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {}

  private final TokenIds tokens;
  private final PairTable ranks; // a pair's number is its place among the merges
  private final int[] order; // of a pair, by number: later ones of the same pair count
  private final int[] made; // id, by number
  private final Options options;
  private final int[] symbolOf = new int[256]; // ids of bytes; -1 for none
  private final int[] fallback; // ids of <0xXX>; null without
  private final TokenTable whole; // by bytes, where whole stretches are looked up
  private final int[] wholeIds;

  /**
   * @param merges ids of pairs and what they make, the first merge first // (merges, 3)
   */
  BpeModel(TokenIds tokens, int[][] merges, Options options) {
    this.tokens = tokens;
    this.options = options;
    ranks = new PairTable(merges.length);
    order = new int[merges.length];
    made = new int[merges.length];
    for (int k = 0; k < merges.length; k++) {
      int number = ranks.add(PairTable.pair(merges[k][0], merges[k][1]));
      order[number] = k;
      made[number] = merges[k][2];
    }
    for (int b = 0; b < 256; b++) {
      symbolOf[b] = tokens.find(String.valueOf(ByteLetters.letter((byte) b)));
    }
    fallback = options.byteFallback ? tokens.byteFallback() : null;
    boolean bytes = options.symbols == Symbols.BYTES;
    whole = options.ignoreMerges ? new TokenTable(tokens.size()) : null;
    wholeIds = options.ignoreMerges ? new int[tokens.size()] : null;
    if (options.ignoreMerges) {
      tokens.forEach(
          (token, id) -> {
            byte[] spelled =
                bytes ? ByteLetters.bytes(token) : token.getBytes(StandardCharsets.UTF_8);
            if (spelled != null) {
              wholeIds[whole.add(spelled, 0, spelled.length)] = id;
            }
          });
    }
  }

  /** What was learned. */
  static BpeModel of(BpeMerges learned) {
    TokenIds tokens = new TokenIds(learned.size());
    for (int id = 0; id < learned.size(); id++) {
      tokens.put(learned.spelled(id), id);
    }
    int base = learned.special().size();
    int[][] merges = new int[learned.merges().size()][];
    for (int k = 0; k < merges.length; k++) {
      int[] pair = learned.merges().get(k);
      merges[k] = new int[] {pair[0], pair[1], base + 256 + k};
    }
    return new BpeModel(tokens, merges, new Options(Symbols.BYTES, -1, false, false, false));
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
    /** Longer stretches are merged with a queue, in n log n. */
    private static final int SHORT = 48;

    /** Longer stretches are not remembered. */
    private static final int MOST_REMEMBERED = 64;

    private static final int MOST_WORDS = 1 << 16;

    private TokenTable words = new TokenTable(1 << 10);
    private int[] wordEnds = new int[1 << 10]; // in wordIds
    private int[] wordIds = new int[1 << 12];

    private int[] symbols = new int[SHORT];
    private int[] numbers = new int[SHORT]; // of the merge of a symbol and the next; -1 for none
    private int size;
    private LongMerging longer;

    @Override
    public void encode(byte[] utf8, int from, int to, IdList ids) {
      if (to - from > MOST_REMEMBERED) {
        merge(utf8, from, to);
        ids.addAll(symbols, 0, size);
        return;
      }
      if (words.size() == MOST_WORDS) {
        words = new TokenTable(1 << 10);
      }
      int before = words.size();
      int word = words.add(utf8, from, to);
      int start = word == 0 ? 0 : wordEnds[word - 1];
      if (word == before) {
        merge(utf8, from, to);
        remember(word, start);
      }
      ids.addAll(wordIds, start, wordEnds[word]);
    }

    private void remember(int word, int start) {
      if (word == wordEnds.length) {
        wordEnds = Arrays.copyOf(wordEnds, word * 2);
      }
      if (start + size > wordIds.length) {
        wordIds = Arrays.copyOf(wordIds, (start + size) * 2);
      }
      System.arraycopy(symbols, 0, wordIds, start, size);
      wordEnds[word] = start + size;
    }

    private void merge(byte[] utf8, int from, int to) {
      if (options.ignoreMerges) {
        int number = whole.find(utf8, from, to);
        if (number >= 0) {
          symbols[0] = wholeIds[number];
          size = 1;
          return;
        }
      }
      size = 0;
      if (symbols.length < to - from) {
        symbols = new int[Math.max(to - from, symbols.length * 2)];
      }
      if (options.symbols == Symbols.BYTES) {
        bytes(utf8, from, to);
      } else {
        codePoints(utf8, from, to);
      }
      if (size > SHORT) {
        if (longer == null) {
          longer = new LongMerging(ranks, order, made);
        }
        size = longer.merge(symbols, size);
      } else {
        mergeFew();
      }
    }

    private void bytes(byte[] utf8, int from, int to) {
      int pending = -1;
      for (int i = from; i < to; i++) {
        int id = symbolOf[utf8[i] & 0xFF];
        if (id >= 0) {
          pending = flush(pending);
          symbols[size++] = id;
        } else {
          pending = unknown(pending);
        }
      }
      flush(pending);
    }

    private void codePoints(byte[] utf8, int from, int to) {
      int pending = -1;
      int next;
      for (int i = from; i < to; i = next) {
        next = i + Utf8.length(utf8[i]);
        int id = tokens.find(utf8, i, next);
        if (id >= 0) {
          pending = flush(pending);
          symbols[size++] = id;
        } else if (!inBytes(utf8, i, next)) {
          pending = unknown(pending);
        }
      }
      flush(pending);
    }

    private boolean inBytes(byte[] utf8, int from, int to) {
      if (fallback == null) {
        return false;
      }
      for (int i = from; i < to; i++) {
        if (fallback[utf8[i] & 0xFF] < 0) {
          return false;
        }
      }
      for (int i = from; i < to; i++) {
        symbols[size++] = fallback[utf8[i] & 0xFF];
      }
      return true;
    }

    /** An unknown symbol waits for those that are fused with it. */
    private int unknown(int pending) {
      if (pending >= 0 && !options.fuseUnknown) {
        symbols[size++] = pending;
      }
      return options.unknown;
    }

    private int flush(int pending) {
      if (pending >= 0) {
        symbols[size++] = pending;
      }
      return -1;
    }

    private void mergeFew() {
      for (int i = 0; i + 1 < size; i++) {
        numbers[i] = ranks.find(PairTable.pair(symbols[i], symbols[i + 1]));
      }
      while (size > 1) {
        int at = -1;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < size; i++) {
          if (numbers[i] >= 0 && order[numbers[i]] < least) {
            least = order[numbers[i]];
            at = i;
          }
        }
        if (at < 0) {
          return;
        }
        symbols[at] = made[numbers[at]];
        System.arraycopy(symbols, at + 2, symbols, at + 1, size - at - 2);
        System.arraycopy(numbers, at + 1, numbers, at, size - at - 2);
        size--;
        if (at + 1 < size) {
          numbers[at] = ranks.find(PairTable.pair(symbols[at], symbols[at + 1]));
        }
        if (at > 0) {
          numbers[at - 1] = ranks.find(PairTable.pair(symbols[at - 1], symbols[at]));
        }
      }
    }
  }
}
