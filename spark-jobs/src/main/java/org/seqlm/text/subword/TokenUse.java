package org.seqlm.text.subword;

import java.util.Arrays;
import org.seqlm.vocab.PackedTokens;

/** How a text that was counted is cut by what was learned. */
public final class TokenUse {
  private final long[] counts; // by id
  private final long tokens;
  private final long bytes;
  private final long words;
  private final long wordTokens;

  private TokenUse(long[] counts, long bytes, long words, long wordTokens) {
    this.counts = counts;
    this.bytes = bytes;
    this.words = words;
    this.wordTokens = wordTokens;
    tokens = Arrays.stream(counts).sum();
  }

  /**
   * Cuts every different stretch once.
   *
   * @param stretches with their counts
   */
  public static TokenUse of(BpeMerges learned, PackedTokens stretches) {
    SubwordModel.Encoder encoder = BpeModel.of(learned).encoder();
    long[] counts = new long[learned.size()];
    long bytes = 0;
    long words = 0;
    long wordTokens = 0;
    IdList ids = new IdList();
    for (int i = 0; i < stretches.size(); i++) {
      long count = stretches.counts()[i];
      ids.clear();
      encoder.encode(stretches.arena(), stretches.start(i), stretches.end(i), ids);
      for (int k = 0; k < ids.size(); k++) {
        counts[ids.id(k)] += count;
      }
      bytes += count * stretches.length(i);
      if (GptWords.isWord(stretches.arena(), stretches.start(i), stretches.end(i))) {
        words += count;
        wordTokens += count * ids.size();
      }
    }
    return new TokenUse(counts, bytes, words, wordTokens);
  }

  /** How often a token is used. */
  public long count(int id) {
    return counts[id];
  }

  public long tokens() {
    return tokens;
  }

  public double bytesPerToken() {
    return tokens == 0 ? 0 : (double) bytes / tokens;
  }

  /** Of stretches that are letters or numbers, with a space before them or without. */
  public double tokensPerWord() {
    return words == 0 ? 0 : (double) wordTokens / words;
  }

  /** Tokens that are never used, special ones among them. */
  public long unused() {
    return Arrays.stream(counts).filter(count -> count == 0).count();
  }
}
