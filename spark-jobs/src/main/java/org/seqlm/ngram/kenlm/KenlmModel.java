package org.seqlm.ngram.kenlm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.store.MappedFile;
import org.seqlm.store.Sha256;
import org.seqlm.vocab.Vocabulary;

/**
 * A back-off model in one of KenLM's binary files (Heafield 2011, KenLM: faster and smaller
 * language model queries), {@code probing} or {@code trie}, version 5 of the format. It is read
 * where it lies, mapped into memory: opening takes as long for large files as for small ones, and
 * processes share one copy.
 *
 * <p>Scores are KenLM's: p(w|h) of the longest n-gram that the file holds, times the back-offs of
 * the longer contexts (Katz 1987, equation 2), log10 in float32, added up in double. {@code <s>} is
 * never scored, and read at the start of a line; words outside the vocabulary are {@code <unk>}. As
 * in KenLM an n-gram counts as found where it was pruned and stands in the file only for longer
 * ones that end with it.
 */
public final class KenlmModel implements LanguageModel {
  private static final double LN10 = Math.log(10);
  private static final int NONE = -1;

  /** Up to here all bytes make the fingerprint. */
  private static final long WHOLE = 1 << 24;

  private static final int PAGES = 256;
  private static final int PAGE = 1 << 12;

  private final MappedFile file;
  private final String name;
  private final KenlmHeader header;
  private final NgramSearch search;
  private final KenlmVocabulary vocabulary;
  private final Passages passages;
  private final int start; // KenLM's number of <s>
  private final float startBackoff;

  private KenlmModel(MappedFile file, String name) {
    this.file = file;
    this.name = name;
    header = KenlmHeader.read(file, name);
    WordIds words =
        header.type() == KenlmType.PROBING
            ? new ProbedWords(file, header, name)
            : new SortedWords(file, header, name);
    search =
        header.type() == KenlmType.PROBING
            ? new ProbingSearch(file, header, words.end())
            : new TrieSearch(file, header, words.end(), name);
    if (file.size() < search.end()) {
      throw KenlmHeader.cut(name, file, search.end());
    }
    WordList list = header.hasWords() ? new WordList(file, name, search.end(), words) : null;
    vocabulary = new KenlmVocabulary(file, name, words, list);
    passages = Passages.of(Boundary.LINE, vocabulary);
    start = vocabulary.theirs(vocabulary.sentenceStart());
    startBackoff = search.backoff(start);
  }

  /** How many bytes of a file {@link #begins} needs. */
  public static int prefix() {
    return KenlmHeader.PREFIX;
  }

  /** Whether a file with these first bytes is a KenLM binary, of whatever kind. */
  public static boolean begins(byte[] first) {
    return KenlmHeader.begins(first);
  }

  /**
   * Opens a file.
   *
   * @param file of this machine; must not be cut short while the model is in use
   * @param name for messages
   * @throws UserException with exit code 3 if it is damaged, or of a kind that is not read
   */
  public static KenlmModel open(Path file, String name) throws IOException {
    return new KenlmModel(MappedFile.open(file), name);
  }

  /** For people, for instance {@code 5-gram kenlm probing}. */
  public String name() {
    return header.order() + "-gram kenlm " + header.type();
  }

  /** N. */
  public int order() {
    return header.order();
  }

  /**
   * SHA-256 that tells the file from others: over its length and all of its bytes, or above 16 MiB
   * 256 stretches of 4 KiB, spread evenly from the first byte to the last, so that opening a file
   * does not read it. Two models of other counts or another text differ nearly everywhere; a file
   * in which single values were changed need not.
   */
  public String fingerprint() {
    MessageDigest digest = Sha256.digest();
    digest.update(Long.toString(file.size()).getBytes(StandardCharsets.US_ASCII));
    byte[] page = new byte[PAGE];
    long pages = file.size() <= WHOLE ? (file.size() + PAGE - 1) / PAGE : PAGES;
    for (long i = 0; i < pages; i++) {
      long at = file.size() <= WHOLE ? i * PAGE : (file.size() - PAGE) / (PAGES - 1) * i;
      if (file.size() > WHOLE && i == pages - 1) {
        at = file.size() - PAGE;
      }
      int length = (int) Math.min(PAGE, file.size() - at);
      file.get(at, page, 0, length);
      digest.update(page, 0, length);
    }
    return Sha256.hex(digest);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Memory memory() {
    return Memory.LINE;
  }

  @Override
  public boolean reads(int token) {
    return passages.reads(token);
  }

  @Override
  public Reading start() {
    return new KenlmReading();
  }

  @Override
  public Reading startUnmarked() {
    KenlmReading reading = new KenlmReading();
    reading.length = 0;
    return reading;
  }

  /** Carries forward the words that can decide on what follows, with their back-offs. */
  private final class KenlmReading implements Reading {
    private final int[] words = new int[order() - 1]; // KenLM's numbers, the nearest first
    private final float[] backoffs = new float[order() - 1]; // log10 γ of the last 1, 2, ... words
    private int length;
    private final Lookup lookup = new Lookup(order()); // of the token that was asked for last
    private int asked = NONE;
    private int askedWord;
    private double logProbability;

    KenlmReading() {
      startLine();
    }

    KenlmReading(KenlmReading other) {
      System.arraycopy(other.words, 0, words, 0, words.length);
      System.arraycopy(other.backoffs, 0, backoffs, 0, backoffs.length);
      length = other.length;
    }

    private void startLine() {
      words[0] = start;
      backoffs[0] = startBackoff;
      length = 1;
      asked = NONE;
    }

    private void ask(int token) {
      if (asked == token) {
        return;
      }
      asked = NONE;
      askedWord = vocabulary.theirs(token);
      try {
        search.find(words, length, askedWord, lookup);
      } catch (IndexOutOfBoundsException e) {
        throw KenlmHeader.damaged(name, "its n-grams point beyond their end");
      }
      double log10 = lookup.probability;
      for (int m = lookup.order; m <= length; m++) {
        log10 += backoffs[m - 1];
      }
      logProbability = LN10 * log10;
      asked = token;
    }

    @Override
    public double logProbability(int token) {
      if (!passages.reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      ask(token);
      return logProbability;
    }

    @Override
    public int matched(int token) {
      if (!passages.reads(token)) {
        return 0;
      }
      ask(token);
      return lookup.order;
    }

    @Override
    public void read(int token) {
      if (!passages.reads(token)) {
        return;
      }
      if (passages.endsPassage(token)) {
        startLine();
        return;
      }
      ask(token);
      int next = lookup.next;
      System.arraycopy(words, 0, words, 1, Math.max(0, next - 1));
      words[0] = askedWord;
      System.arraycopy(lookup.backoffs, 0, backoffs, 0, next);
      length = next;
      asked = NONE;
    }

    /** Each word is looked up by itself: the file lists contexts by word, not words by context. */
    @Override
    public void logProbabilities(float[] into) {
      for (int id = 0; id < vocabulary.size(); id++) {
        into[id] = (float) logProbability(id);
      }
    }

    @Override
    public void startDocument() {
      startLine();
    }

    @Override
    public Reading copy() {
      return new KenlmReading(this);
    }
  }
}
