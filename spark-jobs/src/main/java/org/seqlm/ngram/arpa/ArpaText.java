package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.walk.ContextNgrams;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;

/**
 * Writes the n-grams of a model as lines of an ARPA file, {@code <s>} with probability 1 among
 * them. Numbers have up to seven decimals, of which zeros at the end are left out; a probability or
 * weight of zero is written as -99, as is usual.
 */
public final class ArpaText implements NgramSink {
  private final NgramLines[] lines;
  private final int first;
  private final int start;
  private final Iterator<PackedTokens> more; // words of the next unigrams
  private int spelled; // ids of unigrams whose words were taken

  /**
   * @param outs a stream an order; they stay open
   * @param first order of the first stream
   * @param words of all n-grams
   */
  public ArpaText(OutputStream[] outs, int first, Spellings words, Passages passages) {
    this(outs, first, words, Collections.emptyIterator(), passages);
    spelled = passages.vocabularySize();
  }

  private ArpaText(
      OutputStream[] outs,
      int first,
      Spellings words,
      Iterator<PackedTokens> more,
      Passages passages) {
    this.lines = NgramLines.of(outs, words);
    this.first = first;
    this.start = passages.passageStart();
    this.more = more;
  }

  /**
   * For unigrams, of which no more words are held than there are in one part.
   *
   * @param words of all ids, part by part
   */
  public static ArpaText unigrams(
      OutputStream out, Iterator<PackedTokens> words, Passages passages) {
    Spellings none = Spellings.consecutive(new PackedTokens.Builder().take(), 0);
    return new ArpaText(new OutputStream[] {out}, 1, none, words, passages);
  }

  @Override
  public void context(ContextNgrams ngrams) throws IOException {
    int length = ngrams.length();
    int size = ngrams.size();
    int[] words = ngrams.words();
    float[] logProbabilities = ngrams.logProbabilities();
    float[] logBackoffs = ngrams.logBackoffs();
    NgramLines text = lines[length + 1 - first];
    text.context(ngrams.reversed(), length);
    for (int i = 0; i < size; i++) {
      boolean mark = length == 0 && words[i] == start;
      if (Float.isNaN(logProbabilities[i]) && !mark) {
        continue;
      }
      while (length == 0 && words[i] >= spelled) {
        PackedTokens part = more.next();
        text.spell(Spellings.consecutive(part, spelled));
        spelled += part.size();
      }
      text.begin();
      text.log(mark ? 0 : logProbabilities[i]);
      text.put('\t');
      text.ngram(words[i]);
      if (!Float.isNaN(logBackoffs[i])) {
        text.put('\t');
        text.log(logBackoffs[i]);
      }
      text.put('\n');
    }
  }

  @Override
  public void finish() throws IOException {
    NgramLines.flush(lines);
  }

  /** The lines before the first n-gram's. */
  public static byte[] head(long[] ngrams) {
    StringBuilder text = new StringBuilder("\\data\\\n");
    for (int n = 1; n <= ngrams.length; n++) {
      text.append("ngram ").append(n).append('=').append(ngrams[n - 1]).append('\n');
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The line before the n-grams of an order. */
  public static byte[] section(int n) {
    return ("\\" + n + "-grams:\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The line after the last n-gram. */
  public static byte[] end() {
    return "\\end\\\n".getBytes(StandardCharsets.UTF_8);
  }
}
