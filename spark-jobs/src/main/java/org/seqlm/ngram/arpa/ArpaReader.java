package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabularies;
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
  private Contexts[] levels; // the contexts of 0, 1, ... order - 1 words

  /**
   * Contexts of one length m, sorted by (context without its farthest word, farthest word). Those
   * of one word are all unigrams, at their ids.
   */
  private static final class Contexts {
    int size;
    int[] words; // the farthest word // (size)
    float[] backoffs; // (size)
    int[] children; // where longer contexts begin in the next level // (size + 1)
    int[] begins; // where followers begin // (size + 1)
    int[] followers = new int[0];
    float[] probabilities = new float[0];
  }

  /** The n-grams of one section, as they stand in it. */
  private static final class Section {
    final int[][] words; // (n, size)
    float[] probabilities;
    float[] backoffs; // null in the highest order
    int size;
    long firstLine;

    Section(int n, int order, long expected) {
      int capacity = (int) Math.max(16, Math.min(expected, 1 << 16));
      words = new int[n][capacity];
      probabilities = new float[capacity];
      backoffs = n < order ? new float[capacity] : null;
    }

    void grow(long expected) {
      if (size < probabilities.length) {
        return;
      }
      int capacity = (int) Math.min(expected, size * 2L);
      for (int k = 0; k < words.length; k++) {
        words[k] = Arrays.copyOf(words[k], capacity);
      }
      probabilities = Arrays.copyOf(probabilities, capacity);
      if (backoffs != null) {
        backoffs = Arrays.copyOf(backoffs, capacity);
      }
    }
  }

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
    float[] unigrams = unigrams();
    for (int n = 2; n <= order; n++) {
      section(n);
    }
    end();
    return build(unigrams);
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
                    : "\\data\\ is due in line " + first + ", and no line soon after is \\data\\"));
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
    levels = new Contexts[order];
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
    float p = ArpaNumber.read(lines.bytes(), lines.start(0), lines.end(0));
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
    float backoff = ArpaNumber.read(lines.bytes(), lines.start(n + 1), lines.end(n + 1));
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

  private float[] unigrams() throws IOException {
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
    Contexts root = new Contexts();
    root.size = 1;
    levels[0] = root;
    if (order > 1) {
      Contexts singles = new Contexts();
      singles.size = words.size();
      singles.words = new int[singles.size];
      Arrays.setAll(singles.words, id -> id);
      singles.backoffs = Arrays.copyOf(backoffs, singles.size);
      singles.begins = new int[singles.size + 1];
      levels[1] = singles;
    }
    return Arrays.copyOf(probabilities, words.size());
  }

  /** The id of a field's word, or -1. */
  private int id(int field) {
    return lines.is(field, Vocabulary.OTHER_UNKNOWN_TOKEN)
        ? UNKNOWN
        : words.find(lines.bytes(), lines.start(field), lines.end(field));
  }

  private void section(int n) throws IOException {
    sectionStart(n);
    Section section = new Section(n, order, counts[n - 1]);
    section.firstLine = lines.number() + 1;
    for (long i = 0; i < counts[n - 1]; i++) {
      ngramLine(n, i);
      int fields = lines.cut();
      checkFields(n, fields);
      section.grow(counts[n - 1]);
      for (int k = 0; k < n; k++) {
        int id = id(k + 1);
        if (id == NONE) {
          throw lines.problem(
              "has the word \""
                  + lines.shown(lines.start(k + 1), lines.end(k + 1))
                  + "\", which is no unigram of the file");
        }
        section.words[k][section.size] = id;
      }
      section.probabilities[section.size] = probability();
      float backoff = backoff(n, fields);
      if (section.backoffs != null) {
        section.backoffs[section.size] = backoff;
      }
      section.size++;
    }
    int[] parents = n < order ? suffixes(n, section) : null;
    followers(n, section);
    if (n < order) {
      contexts(n, section, parents);
    }
  }

  /** The context of {@code length} words that end before {@code words[last + 1][i]}, or -1. */
  private int find(int[][] words, int i, int last, int length) {
    int node = words[last][i];
    for (int m = 2; m <= length && node >= 0; m++) {
      node = child(m, node, words[last - m + 1][i]);
    }
    return node;
  }

  private int child(int m, int node, int word) {
    int[] children = levels[m - 1].children;
    int found = Arrays.binarySearch(levels[m].words, children[node], children[node + 1], word);
    return found < 0 ? NONE : found;
  }

  /**
   * Where the n-grams without their first words are as contexts. Where one was pruned, it becomes a
   * context without followers, which changes no probability.
   */
  private int[] suffixes(int n, Section section) {
    int[] parents = new int[section.size];
    List<int[]> missing = new ArrayList<>();
    for (int i = 0; i < section.size; i++) {
      parents[i] = find(section.words, i, n - 1, n - 1);
      if (parents[i] == NONE) {
        int[] reversed = new int[n - 1];
        for (int m = 0; m < n - 1; m++) {
          reversed[m] = section.words[n - 1 - m][i];
        }
        missing.add(reversed);
      }
    }
    if (missing.isEmpty()) {
      return parents;
    }
    for (int m = 2; m < n; m++) {
      insert(m, missing);
    }
    for (int i = 0; i < section.size; i++) {
      parents[i] = find(section.words, i, n - 1, n - 1);
    }
    return parents;
  }

  /** Adds the first {@code m} words of these contexts to level m; level m-1 has theirs. */
  private void insert(int m, List<int[]> reversed) {
    long[] keys = new long[reversed.size()];
    int wanted = 0;
    for (int[] context : reversed) {
      int node = context[0];
      for (int k = 2; k < m; k++) {
        node = child(k, node, context[k - 1]);
      }
      if (child(m, node, context[m - 1]) == NONE) {
        keys[wanted++] = key(node, context[m - 1]);
      }
    }
    keys = Arrays.stream(keys, 0, wanted).sorted().distinct().toArray();
    Contexts level = levels[m];
    Contexts above = levels[m - 1];
    long size = (long) level.size + keys.length;
    if (size > BackoffModel.MAX_ENTRIES) {
      throw UserException.data(
          name
              + " needs "
              + size
              + " contexts of "
              + m
              + " words, but a model in memory holds at most "
              + BackoffModel.MAX_ENTRIES
              + ": prune the model");
    }
    Contexts grown = new Contexts();
    grown.size = (int) size;
    grown.words = new int[grown.size];
    grown.backoffs = new float[grown.size];
    grown.begins = new int[grown.size + 1];
    grown.children = level.children == null ? null : new int[grown.size + 1];
    grown.followers = level.followers;
    grown.probabilities = level.probabilities;
    int[] children = new int[above.size + 1];
    int at = 0;
    int added = 0;
    for (int node = 0; node < above.size; node++) {
      int old = above.children[node];
      while (true) {
        boolean anOld = old < above.children[node + 1];
        boolean aNew = added < keys.length && (int) (keys[added] >>> 32) == node;
        if (!anOld && !aNew) {
          break;
        }
        if (anOld && (!aNew || level.words[old] < (int) keys[added])) {
          grown.words[at] = level.words[old];
          grown.backoffs[at] = level.backoffs[old];
          old++;
        } else {
          grown.words[at] = (int) keys[added++];
        }
        at++;
        grown.begins[at] = level.begins[old];
        if (grown.children != null) {
          grown.children[at] = level.children[old];
        }
      }
      children[node + 1] = at;
    }
    above.children = children;
    levels[m] = grown;
  }

  private static long key(int node, int word) {
    return (long) node << 32 | word;
  }

  /** Puts the n-grams below their contexts of n-1 words. */
  private void followers(int n, Section section) {
    long[] keys = new long[section.size];
    for (int i = 0; i < section.size; i++) {
      int node = find(section.words, i, n - 2, n - 1);
      if (node == NONE) {
        StringBuilder context = new StringBuilder();
        for (int k = 0; k < n - 1; k++) {
          context.append(k == 0 ? "" : " ").append(word(section.words[k][i]));
        }
        throw lines.problem(
            section.firstLine + i,
            "has an n-gram after \""
                + context
                + "\", which is no "
                + (n - 1)
                + "-gram of the file: the context of every n-gram must be one");
      }
      keys[i] = key(node, section.words[n - 1][i]);
    }
    // The keys hold the words now, but for the first one, which contexts() needs.
    Arrays.fill(section.words, n < order ? 1 : 0, n, null);
    int[] places = KeySort.sort(keys, section.size);
    Contexts level = levels[n - 1];
    level.followers = new int[section.size];
    level.probabilities = new float[section.size];
    for (int i = 0; i < section.size; i++) {
      int place = places == null ? i : places[i];
      if (i > 0 && keys[i - 1] == keys[i]) {
        throw lines.problem(section.firstLine + place, "has an n-gram a second time");
      }
      level.followers[i] = (int) keys[i];
      level.probabilities[i] = section.probabilities[place];
      level.begins[(int) (keys[i] >>> 32) + 1]++;
    }
    for (int node = 0; node < level.size; node++) {
      level.begins[node + 1] += level.begins[node];
    }
  }

  private String word(int id) {
    return new String(
        words.arena(), words.start(id), words.end(id) - words.start(id), StandardCharsets.UTF_8);
  }

  /** The n-grams as contexts of n words. */
  private void contexts(int n, Section section, int[] parents) {
    long[] keys = new long[section.size];
    for (int i = 0; i < section.size; i++) {
      keys[i] = key(parents[i], section.words[0][i]);
    }
    int[] places = KeySort.sort(keys, section.size);
    Contexts level = new Contexts();
    level.size = section.size;
    level.words = new int[level.size];
    level.backoffs = new float[level.size];
    level.begins = new int[level.size + 1];
    Contexts above = levels[n - 1];
    above.children = new int[above.size + 1];
    for (int i = 0; i < level.size; i++) {
      level.words[i] = (int) keys[i];
      level.backoffs[i] = section.backoffs[places == null ? i : places[i]];
      above.children[(int) (keys[i] >>> 32) + 1]++;
    }
    for (int node = 0; node < above.size; node++) {
      above.children[node + 1] += above.children[node];
    }
    levels[n] = level;
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

  private BackoffModel build(float[] unigrams) {
    Vocabulary vocabulary = Vocabularies.unpack(3, PackedTokens.of(words, new long[words.size()]));
    BackoffModel.Builder builder =
        new BackoffModel.Builder(
            order, vocabulary, Passages.of(Boundary.LINE, vocabulary), order + "-gram arpa");
    int[] ids = new int[unigrams.length];
    int known = 0;
    for (int id = 0; id < unigrams.length; id++) {
      if (!Float.isNaN(unigrams[id])) {
        unigrams[known] = unigrams[id];
        ids[known++] = id;
      }
    }
    builder.context(1, new int[0], known, ids, unigrams, 0);
    // A context says nothing that has no follower, no weight and no longer context that does.
    boolean[][] used = new boolean[order][];
    for (int m = order - 1; m >= 1; m--) {
      Contexts level = levels[m];
      used[m] = new boolean[level.size];
      for (int i = 0; i < level.size; i++) {
        boolean says = level.backoffs[i] != 0 || level.begins[i] < level.begins[i + 1];
        if (!says && m < order - 1) {
          for (int k = level.children[i]; k < level.children[i + 1] && !says; k++) {
            says = used[m + 1][k];
          }
        }
        used[m][i] = says;
      }
    }
    int[][] parents = new int[order][];
    for (int m = 1; m < order; m++) {
      Contexts level = levels[m];
      parents[m] = new int[level.size];
      if (m > 1) {
        int[] children = levels[m - 1].children;
        for (int node = 0; node < levels[m - 1].size; node++) {
          Arrays.fill(parents[m], children[node], children[node + 1], node);
        }
      }
      int[] reversed = new int[m];
      for (int i = 0; i < level.size; i++) {
        if (!used[m][i]) {
          continue;
        }
        int at = i;
        for (int k = m; k >= 1; k--) {
          reversed[k - 1] = levels[k].words[at];
          at = parents[k][at];
        }
        int from = level.begins[i];
        int to = level.begins[i + 1];
        builder.context(
            m + 1,
            reversed,
            to - from,
            Arrays.copyOfRange(level.followers, from, to),
            Arrays.copyOfRange(level.probabilities, from, to),
            level.backoffs[i]);
      }
      level.followers = null;
      level.probabilities = null;
    }
    return builder.build();
  }
}
