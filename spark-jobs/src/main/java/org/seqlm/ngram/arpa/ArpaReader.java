package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.text.Log10Number;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabulary;

/**
 * Reads a back-off model from an ARPA file, anyone's, as KenLM does: any order from 1, the n-grams
 * of an order in any order, fields parted by tabs or spaces, lines that end with LF or CR LF,
 * back-offs that are missing are 0, {@code <UNK>} is {@code <unk>} (of two unigrams that spell it
 * both ways the later one counts), n-grams whose suffix was pruned away are kept (SRILM writes
 * such). What KenLM refuses is refused, with the line: wrong counts, positive log-probabilities,
 * words that are no unigram, n-grams whose context is missing, a missing {@code <s>} or {@code
 * </s>}; and an n-gram that stands in the file twice. Unlike KenLM it passes over any text before
 * {@code \data\}, as the format allows and CMU's toolkit writes.
 *
 * <p>Ids are {@code <unk>}, {@code <s>}, {@code </s>}, then the unigrams as the file lists them.
 */
public final class ArpaReader {
  private static final int UNKNOWN = Vocabulary.UNKNOWN;
  private static final int START = 1;
  private static final int END = 2;
  private static final int NONE = -1;

  /** Bytes that may stand before the line that begins the data. */
  private static final long MAX_PROSE = 1 << 20;

  private final ArpaLines lines;
  private final String name;
  private final TokenTable words = new TokenTable(1 << 12);
  private int order;
  private long[] counts; // n-grams of each order, by the header

  private ArpaReader(InputStream in, String name) {
    this.lines = new ArpaLines(in, name);
    this.name = name;
  }

  /**
   * Reads to the end of the stream.
   *
   * @param in the file's text, unpacked
   * @param name of the file, shown in messages
   * @throws UserException with exit code 3 if it is no ARPA file, or a damaged one
   */
  public static BackoffModel read(InputStream in, String name) throws IOException {
    return new ArpaReader(in, name).read();
  }

  private BackoffModel read() throws IOException {
    header();
    ArpaTrie trie = unigrams();
    for (int n = 2; n <= order; n++) {
      trie.add(section(n));
    }
    end();
    return trie.model();
  }

  private void nextLine(String wanted) throws IOException {
    if (!lines.next()) {
      throw UserException.data(
          name
              + " is cut short: it ends after line "
              + lines.number()
              + ", where "
              + wanted
              + " is due; copy or make it again");
    }
  }

  private void nextFull(String wanted) throws IOException {
    do {
      nextLine(wanted);
    } while (lines.blank());
  }

  private void header() throws IOException {
    String first = null; // that is neither blank nor a remark
    long prose = 0;
    while (true) {
      boolean more = lines.next();
      if (more && lines.is("\\data\\")) {
        break;
      }
      if (more && first == null && !lines.blank() && !lines.startsWith("#")) {
        for (String other : List.of("iARPA", "qARPA")) {
          if (lines.startsWith(other)) { // like ARPA to look at, with other numbers
            throw UserException.data(
                name
                    + " is IRSTLM's "
                    + other
                    + ", no ARPA file: turn it into one with compile-lm --text=yes");
          }
        }
        first = lines.number() + ", but it reads \"" + lines.shown() + "\"";
      }
      prose += more ? lines.length() : 0;
      if (!more || prose > MAX_PROSE) {
        throw UserException.data(
            name
                + " is no ARPA file: "
                + (first == null
                    ? "it has no line \\data\\"
                    : "\\data\\ is due in line " + first + ", and no line soon after is \\data\\")
                + "; a file that is a model is an ARPA file, a KenLM binary, or of seqlm compile");
      }
    }
    List<Long> read = new ArrayList<>();
    while (true) {
      nextLine("a line ngram N=COUNT");
      if (lines.blank()) {
        if (read.isEmpty()) {
          continue;
        }
        break;
      }
      String[] parts = lines.shown().strip().split("[\\s=]+", -1);
      boolean fits = parts.length == 3 && parts[0].equals("ngram") && lines.shown().contains("=");
      long count = -1;
      if (fits && parts[1].equals(Integer.toString(read.size() + 1))) {
        try {
          count = Long.parseLong(parts[2]);
        } catch (NumberFormatException e) {
          count = -1;
        }
      }
      if (count < 0) {
        throw lines.problem(
            "must read ngram "
                + (read.size() + 1)
                + "=COUNT, or be blank, but reads \""
                + lines.shown()
                + "\"");
      }
      if (count > BackoffModel.MAX_ENTRIES) {
        throw lines.problem(
            "tells of "
                + count
                + " n-grams, but a model in memory holds at most "
                + BackoffModel.MAX_ENTRIES
                + " of one order: prune the model");
      }
      if (read.size() == BackoffModel.MAX_ORDER) {
        throw lines.problem("has an order above " + BackoffModel.MAX_ORDER);
      }
      read.add(count);
    }
    order = read.size();
    counts = read.stream().mapToLong(Long::longValue).toArray();
  }

  private void sectionStart(int n) throws IOException {
    String wanted = "\\" + n + "-grams:";
    nextFull(wanted);
    if (!lines.is(wanted)) {
      if (n > 1 && lines.cut() >= 2 && !lines.startsWith("\\")) {
        throw lines.problem(
            String.format(
                Locale.ROOT,
                "is one more than the %,d %d-grams that the header tells of: correct the header's"
                    + " counts",
                counts[n - 2],
                n - 1));
      }
      throw lines.problem("must read " + wanted + ", but reads \"" + lines.shown() + "\"");
    }
  }

  /** The next n-gram's line; an error where the section ends before its time. */
  private void ngramLine(int n, long read) throws IOException {
    nextLine(n + "-gram " + (read + 1) + " of " + counts[n - 1]);
    if (lines.blank() || lines.startsWith("\\")) {
      throw lines.problem(
          String.format(
              Locale.ROOT,
              "ends the %d-grams after %,d of the %,d that the header tells of: correct the"
                  + " header's counts, or make the file again",
              n,
              read,
              counts[n - 1]));
    }
  }

  private float probability() {
    float p = Log10Number.read(lines.bytes(), lines.start(0), lines.end(0));
    if (Float.isNaN(p)) {
      throw lines.problem(
          "must begin with a log10 probability, but begins with \""
              + lines.shown(lines.start(0), lines.end(0))
              + "\"");
    }
    if (p > 0) {
      throw lines.problem(
          "has the log10 probability "
              + p
              + ", but none is above 0: correct it, or make the file again");
    }
    return p;
  }

  private float backoff(int n, int fields) {
    if (fields == n + 1) {
      return 0;
    }
    float backoff = Log10Number.read(lines.bytes(), lines.start(n + 1), lines.end(n + 1));
    if (Float.isNaN(backoff) || Float.isInfinite(backoff)) {
      throw lines.problem(
          "has the back-off \""
              + lines.shown(lines.start(n + 1), lines.end(n + 1))
              + "\", but a finite number is due");
    }
    if (n == order && backoff != 0) {
      throw lines.problem("has a back-off, but an n-gram of the highest order has none");
    }
    return backoff == 0 ? 0 : backoff; // never -0
  }

  private void checkFields(int n, int fields) {
    if (fields < n + 1 || fields > n + 2) {
      throw lines.problem(
          "must have a log10 probability, "
              + (n == 1 ? "1 word" : n + " words")
              + (n == order ? "" : " and perhaps a back-off")
              + ", but reads \""
              + lines.shown()
              + "\"");
    }
  }

  private ArpaTrie unigrams() throws IOException {
    sectionStart(1);
    for (String reserved : List.of("<unk>", "<s>", "</s>")) {
      byte[] ascii = reserved.getBytes(StandardCharsets.US_ASCII);
      words.add(ascii, 0, ascii.length);
    }
    float[] probabilities = new float[1 << 10];
    float[] backoffs = new float[1 << 10];
    int unknownSpellings = 0; // a bit each
    Arrays.fill(probabilities, 0, 3, Float.NaN);
    for (long i = 0; i < counts[0]; i++) {
      ngramLine(1, i);
      int fields = lines.cut();
      checkFields(1, fields);
      int size = words.size();
      int id = id(1);
      boolean again;
      if (id == UNKNOWN) {
        int spelling = lines.is(1, Vocabulary.OTHER_UNKNOWN_TOKEN) ? 2 : 1;
        again = (unknownSpellings & spelling) != 0;
        unknownSpellings |= spelling;
      } else {
        again = id >= 3 || (id != NONE && !Float.isNaN(probabilities[id]));
      }
      if (id == NONE) {
        id = words.add(lines.bytes(), lines.start(1), lines.end(1));
      } else if (again) {
        throw lines.problem(
            "has the word \"" + lines.shown(lines.start(1), lines.end(1)) + "\" a second time");
      }
      if (size >= probabilities.length) {
        probabilities = Arrays.copyOf(probabilities, size * 2);
        backoffs = Arrays.copyOf(backoffs, size * 2);
      }
      probabilities[id] = probability();
      backoffs[id] = backoff(1, fields);
    }
    if (Float.isNaN(probabilities[START]) || Float.isNaN(probabilities[END])) {
      String missing = Float.isNaN(probabilities[START]) ? "<s>" : "</s>";
      throw UserException.data(
          name
              + " has no unigram "
              + missing
              + ", which every line is scored with: estimate the model on text with line marks, or"
              + " add the line -99 "
              + missing
              + " to its 1-grams");
    }
    return new ArpaTrie(
        name,
        order,
        words,
        Arrays.copyOf(probabilities, words.size()),
        Arrays.copyOf(backoffs, words.size()));
  }

  /** The id of a field's word, or -1. */
  private int id(int field) {
    return lines.is(field, Vocabulary.OTHER_UNKNOWN_TOKEN)
        ? UNKNOWN
        : words.find(lines.bytes(), lines.start(field), lines.end(field));
  }

  private ArpaRows section(int n) throws IOException {
    sectionStart(n);
    ArpaRows rows = new ArpaRows(n, order, counts[n - 1], lines);
    for (long i = 0; i < counts[n - 1]; i++) {
      ngramLine(n, i);
      int fields = lines.cut();
      checkFields(n, fields);
      rows.begin();
      for (int k = 0; k < n; k++) {
        int id = id(k + 1);
        if (id == NONE) {
          throw lines.problem(
              "has the word \""
                  + lines.shown(lines.start(k + 1), lines.end(k + 1))
                  + "\", which is no unigram of the file");
        }
        rows.word(k, id);
      }
      float p = probability();
      rows.end(p, backoff(n, fields));
    }
    return rows;
  }

  private void end() throws IOException {
    nextFull("\\end\\");
    if (!lines.is("\\end\\")) {
      boolean ngram = !lines.startsWith("\\");
      throw lines.problem(
          ngram
              ? String.format(
                  Locale.ROOT,
                  "is one more than the %,d %d-grams that the header tells of: correct the header's"
                      + " counts",
                  counts[order - 1],
                  order)
              : "must read \\end\\, but reads \"" + lines.shown() + "\"");
    }
    while (lines.next()) {
      if (!lines.blank()) {
        throw lines.problem("stands after \\end\\: \"" + lines.shown() + "\"");
      }
    }
  }
}
