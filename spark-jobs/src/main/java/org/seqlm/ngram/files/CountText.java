package org.seqlm.ngram.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.seqlm.ngram.arpa.NgramLines;
import org.seqlm.ngram.stats.TopNgram;
import org.seqlm.ngram.walk.ContextNgrams;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;

/**
 * Writes the counts of n-grams as lines of text: the tokens, parted by spaces, a tab, the count.
 * Tokens are escaped as {@link TopNgram#escape} says, and a space within a token is {@code \s}, so
 * that a line always has as many fields as the n-gram has tokens, and one more.
 */
public final class CountText implements NgramSink {
  private final NgramLines[] lines;
  private final int first;

  /**
   * @param outs a stream an order; they stay open
   * @param first order of the first stream
   * @param escaped words by id, as {@link #escaped} gives them
   */
  public CountText(OutputStream[] outs, int first, Spellings escaped) {
    this.lines = NgramLines.of(outs, escaped);
    this.first = first;
  }

  /** Words as they stand in the lines. */
  public static Spellings escaped(Spellings words) {
    PackedTokens.Builder escaped = new PackedTokens.Builder();
    for (int place = 0; place < words.size(); place++) {
      int start = words.start(place);
      byte[] utf8 = escaped(words.arena(), start, words.end(place) - start);
      escaped.add(utf8, 0, utf8.length, 0);
    }
    return words.with(escaped.take());
  }

  /** A word as it stands in a line. */
  static byte[] escaped(byte[] arena, int start, int length) {
    String token = new String(arena, start, length, StandardCharsets.UTF_8);
    return TopNgram.escape(token).replace(" ", "\\s").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void context(ContextNgrams ngrams) throws IOException {
    int size = ngrams.size();
    int[] words = ngrams.words();
    long[] counts = ngrams.counts();
    NgramLines text = lines[ngrams.length() + 1 - first];
    text.context(ngrams.reversed(), ngrams.length());
    for (int i = 0; i < size; i++) {
      if (counts[i] > 0) {
        text.begin();
        text.ngram(words[i]);
        text.put('\t');
        text.number(counts[i]);
        text.put('\n');
      }
    }
  }

  @Override
  public void finish() throws IOException {
    NgramLines.flush(lines);
  }
}
