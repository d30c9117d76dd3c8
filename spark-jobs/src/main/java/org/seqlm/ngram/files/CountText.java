package org.seqlm.ngram.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.seqlm.ngram.arpa.NgramLines;
import org.seqlm.ngram.count.Passages;
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
      String token =
          new String(words.arena(), start, words.end(place) - start, StandardCharsets.UTF_8);
      byte[] utf8 = TopNgram.escape(token).replace(" ", "\\s").getBytes(StandardCharsets.UTF_8);
      escaped.add(utf8, 0, utf8.length, 0);
    }
    return words.with(escaped.take());
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

  /**
   * Collects the unigrams and writes them twice, by the bytes of their lines and by falling count,
   * and their number.
   */
  public static final class SortedUnigrams implements NgramSink {
    private final OutputStream[] outs;
    private final Spellings escaped;
    private final Passages passages;
    private final int[] words;
    private final long[] counts;
    private int size;

    /**
     * @param outs for the words by their bytes, for those by falling count, and for their number;
     *     they stay open
     */
    public SortedUnigrams(OutputStream[] outs, Spellings escaped, Passages passages) {
      this.outs = outs;
      this.escaped = escaped;
      this.passages = passages;
      this.words = new int[passages.vocabularySize()];
      this.counts = new long[words.length];
    }

    @Override
    public void context(ContextNgrams ngrams) {
      int more = ngrams.size();
      System.arraycopy(ngrams.words(), 0, words, size, more);
      System.arraycopy(ngrams.counts(), 0, counts, size, more);
      size += more;
    }

    @Override
    public void finish() throws IOException {
      Integer[] places = new Integer[size];
      Arrays.setAll(places, i -> i);
      Arrays.sort(places, this::compareWords);
      write(places, outs[0]);
      Arrays.sort(places, Comparator.comparingLong((Integer place) -> counts[place]).reversed());
      write(places, outs[1]);
      long total = 0;
      for (int i = 0; i < size; i++) {
        total += passages.marked(words[i], words[i]) ? 0 : counts[i];
      }
      outs[2].write((total + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private int compareWords(int a, int b) {
      byte[] arena = escaped.arena();
      return Arrays.compareUnsigned(
          arena,
          escaped.start(escaped.place(words[a])),
          escaped.end(escaped.place(words[a])),
          arena,
          escaped.start(escaped.place(words[b])),
          escaped.end(escaped.place(words[b])));
    }

    private void write(Integer[] places, OutputStream out) throws IOException {
      int[] word = new int[1];
      long[] count = new long[1];
      CountText text = new CountText(new OutputStream[] {out}, 1, escaped);
      ContextNgrams one = new ContextNgrams().show(word, 0, 1, word, count, null, null);
      for (int place : places) {
        word[0] = words[place];
        count[0] = counts[place];
        text.context(one);
      }
      text.finish();
    }
  }
}
