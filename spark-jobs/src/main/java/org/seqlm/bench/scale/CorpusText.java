package org.seqlm.bench.scale;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.neural.KeyedRandom;

/**
 * A generated text, written word by word: none of it is held. The same for a seed on any machine,
 * and the beginning of every longer one.
 *
 * @param corpus its kind
 * @param tokens words in all, letters of {@link Corpus#FOUR_LETTERS}; line ends come on top
 * @param exponent s of Zipf's law, for kinds that follow it: a word's probability falls with its
 *     rank r as r^−s
 * @param types words that may be drawn, of kinds that draw them
 * @param seed decides all that is drawn
 */
public record CorpusText(Corpus corpus, long tokens, double exponent, long types, long seed) {
  private static final int WORDS_A_LINE = 20;
  private static final int LETTERS_A_LINE = 100;
  private static final int SMALL_FILE = 2048;

  /** Distinct words at most: their numbers are scattered over 40 bits. */
  private static final long MOST_TOKENS = 1L << 40;

  private static final String[] LINE = "the quick brown fox jumps over the lazy dog".split(" ");

  /** Where files of the text go. */
  @FunctionalInterface
  public interface Folder {
    /** Makes a file. */
    OutputStream file(String name) throws IOException;
  }

  public CorpusText {
    new Problems()
        .present("corpus", corpus, "give --corpus zipf")
        .inRange("tokens", tokens, 1, MOST_TOKENS)
        .inRange("exponent", exponent, 0.1, 10)
        .inRange("types", types, 1, MOST_TOKENS)
        .throwIfAny();
  }

  /** For instance {@code zipf 1.3}. */
  public String name() {
    return Json.name(corpus) + (corpus.followsZipf() ? " " + exponent : "");
  }

  /** The same text, longer or shorter. */
  public CorpusText of(long tokens) {
    return new CorpusText(corpus, tokens, exponent, types, seed);
  }

  /** Writes all of it. */
  public void write(Folder folder) throws IOException {
    try (Files out = new Files(folder, corpus == Corpus.SMALL_FILES ? SMALL_FILE : 0)) {
      KeyedRandom random = KeyedRandom.of(seed, "text " + Json.name(corpus));
      for (long i = 0; i < tokens; i++) {
        switch (corpus) {
          case ZIPF, SMALL_FILES -> out.word(spelled(rank(random.uniform(i))), WORDS_A_LINE);
          case OF_THE -> out.word(ofThe(i, random), 5);
          case ONE_LINE -> out.word(LINE[(int) (i % LINE.length)], LINE.length);
          case FOUR_LETTERS -> out.letter("acgt".charAt((int) (random.bits(i) & 3)));
          case DISTINCT -> out.word(spelled(i * KeyedRandom.GOLDEN % MOST_TOKENS), WORDS_A_LINE);
          case HALF_ONE_WORD -> out.word(half(random.uniform(i)), WORDS_A_LINE);
        }
      }
    }
  }

  private static String spelled(long number) {
    // An odd factor makes different numbers of different ones, modulo a power of two.
    return "w" + Long.toString(Math.floorMod(number, MOST_TOKENS), 36);
  }

  private String ofThe(long i, KeyedRandom random) {
    int place = (int) (i % 5);
    return switch (place) {
      case 2 -> "of";
      case 3 -> "the";
      default -> "abc".charAt(Math.min(place, 2)) + Long.toString(below(random.uniform(i)));
    };
  }

  /** The lower half of the numbers is the one word, the upper is stretched over all others. */
  private String half(double uniform) {
    return uniform < 0.5 ? "the" : spelled(below(2 * uniform - 1));
  }

  private long below(double uniform) {
    return (long) (uniform * types);
  }

  /**
   * The word of Zipf's law whose place a number is: the rank r, 1 to V, has the part of H(V + 1)
   * that lies between H(r) and H(r + 1), H(x) = ∫₁ˣ t^−s dt, which falls as r^−s but for the first
   * few ranks. With {@link StrictMath}, so that it is the same everywhere.
   *
   * @param uniform 0 to 1, without 1
   */
  long rank(double uniform) {
    double one = 1 - exponent;
    double x;
    if (Math.abs(one) < 1e-9) {
      x = StrictMath.exp(uniform * StrictMath.log(types + 1.0));
    } else {
      double all = (StrictMath.pow(types + 1.0, one) - 1) / one;
      x = StrictMath.pow(1 + uniform * all * one, 1 / one);
    }
    return Math.max(1, Math.min(types, (long) x));
  }

  /** The text's files, one after the other, in lines. */
  private static final class Files implements AutoCloseable {
    private final Folder folder;
    private final int most; // bytes of a file, more or less; 0 for one file
    private OutputStream out;
    private int files;
    private long written; // of this file
    private int inLine;

    Files(Folder folder, int most) {
      this.folder = folder;
      this.most = most;
    }

    void word(String word, int wordsALine) throws IOException {
      if (inLine > 0) {
        put(' ');
      }
      byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
      open().write(bytes);
      written += bytes.length;
      added(wordsALine);
    }

    void letter(char letter) throws IOException {
      put(letter);
      added(LETTERS_A_LINE);
    }

    private void added(int mostInLine) throws IOException {
      inLine++;
      boolean full = most > 0 && written >= most;
      if (inLine == mostInLine || full) {
        endLine();
      }
      if (full) {
        close();
      }
    }

    private void put(char ascii) throws IOException {
      open().write(ascii);
      written++;
    }

    private OutputStream open() throws IOException {
      if (out == null) {
        String name = String.format(Locale.ROOT, "text-%08d.txt", files++);
        out = new BufferedOutputStream(folder.file(name), most == 0 ? 1 << 20 : SMALL_FILE);
        written = 0;
      }
      return out;
    }

    private void endLine() throws IOException {
      put('\n');
      inLine = 0;
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        if (inLine > 0) {
          endLine();
        }
        out.close();
        out = null;
      }
    }
  }
}
