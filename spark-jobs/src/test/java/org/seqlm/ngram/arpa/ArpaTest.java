package org.seqlm.ngram.arpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ExitCode;
import org.seqlm.Shared;
import org.seqlm.UserException;
import org.seqlm.corpus.file.Compression;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.text.Log10Number;
import org.seqlm.vocab.Vocabulary;

class ArpaTest {
  /** Not normalised: back-offs and probabilities are only there to be told apart. */
  private static final String TINY =
      """
      \\data\\
      ngram 1=5
      ngram 2=4
      ngram 3=2

      \\1-grams:
      -2\t<unk>\t0
      0\t<s>\t-0.3
      -1.5\t</s>\t0
      -1\ta\t-0.2
      -1.25\tb\t-0.4

      \\2-grams:
      -0.5\t<s> a\t-0.1
      -0.6\ta b\t-0.05
      -0.7\tb a\t0
      -0.8\tb </s>\t0

      \\3-grams:
      -0.3\t<s> a b
      -0.9\ta b </s>

      \\end\\
      """;

  private static BackoffModel read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static BackoffModel read(byte[] bytes) throws IOException {
    return read(new ByteArrayInputStream(bytes), "model.arpa");
  }

  private static BackoffModel read(InputStream in, String name) throws IOException {
    return ArpaReader.read(Compression.unpacked(new Configuration(), in, name), name);
  }

  private static int[] ids(Vocabulary vocabulary, String line) {
    List<Integer> ids = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      ids.add(vocabulary.id(word));
    }
    ids.add(vocabulary.sentenceEnd());
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** log10 p of each token of a line, {@code </s>} last. */
  private static double[] logs(LanguageModel model, String line) {
    LanguageModel.Reading reading = model.start();
    int[] ids = ids(model.vocabulary(), line);
    double[] logs = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      logs[i] = reading.logProbability(ids[i]) / Math.log(10);
      reading.read(ids[i]);
    }
    return logs;
  }

  private static int[] matched(LanguageModel model, String line) {
    LanguageModel.Reading reading = model.start();
    int[] ids = ids(model.vocabulary(), line);
    int[] matched = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      matched[i] = reading.matched(ids[i]);
      reading.read(ids[i]);
    }
    return matched;
  }

  @Test
  void scoresByHand() throws IOException {
    BackoffModel model = read(TINY);
    assertThat(logs(model, "a b")).containsExactly(new double[] {-0.5, -0.3, -0.9}, within(1e-6));
    assertThat(matched(model, "a b")).containsExactly(2, 3, 3);
    // b: (<s>) -0.3 and p(b); a: p(a|b), no context (<s> b); a: (b a) 0, (a) -0.2, p(a);
    // </s>: (a) -0.2, p(</s>).
    assertThat(logs(model, "b a a"))
        .containsExactly(new double[] {-1.55, -0.7, -1.2, -1.7}, within(1e-6));
    assertThat(matched(model, "b a a")).containsExactly(1, 2, 1, 1);
    // An unknown word: (<s> a) -0.1, (a) -0.2, p(<unk>); nothing before it counts for b.
    assertThat(logs(model, "a z b"))
        .containsExactly(new double[] {-0.5, -2.3, -1.25, -0.8}, within(1e-6));
    assertThat(model.reads(model.vocabulary().sentenceStart())).isFalse();
  }

  @Test
  void aLineEndBeginsALine() throws IOException {
    BackoffModel model = read(TINY);
    int[] line = ids(model.vocabulary(), "a b");
    int[] twice = {line[0], line[1], line[2], line[0], line[1], line[2]};
    Score once = Scorer.score(model, line, 0, new int[] {0});
    assertThat(Scorer.score(model, twice, 0, new int[] {0}).nats())
        .isCloseTo(2 * once.nats(), within(1e-12));
  }

  @Test
  void allProbabilitiesAtOnceAreThoseOneByOne() throws IOException {
    BackoffModel model = read(TINY);
    LanguageModel.Reading reading = model.start();
    float[] all = new float[model.vocabulary().size()];
    for (String word : List.of("a", "b", "a", "z", "b", "</s>", "b")) {
      reading.logProbabilities(all);
      for (int id = 0; id < all.length; id++) {
        assertThat((double) all[id])
            .isEqualTo((float) reading.copy().logProbability(id), within(1e-6));
      }
      reading.read(model.vocabulary().id(word));
    }
  }

  @Test
  void linesOfAnyOrderAndSpacesAndLineEndsReadTheSame() throws IOException {
    List<String> lines = new ArrayList<>(TINY.lines().toList());
    Collections.swap(lines, 6, 9);
    Collections.swap(lines, 13, 15);
    Collections.swap(lines, 19, 20);
    String other =
        "# a remark\r\n\r\n" + String.join("\r\n", lines).replace('\t', ' ').replace(" 0\r", "\r");
    BackoffModel model = read(other.replace("<unk>", "<UNK>"));
    for (String text : List.of("a b", "b a a", "a z b", "z", "b b b b")) {
      assertThat(logs(model, text)).containsExactly(logs(read(TINY), text), within(0.0));
    }
  }

  /** As CMU's toolkit begins its files. */
  private static final String PROSE =
      """
      #############################################################################
      ## Copyright (c) 1996, Carnegie Mellon University, Cambridge University,
      #############################################################################
      This is a 3-gram language model, based on a vocabulary of 3 words,
        which begins "</s>", "a", "b"...
      Data formats:

      Beginning of data mark: \\data\\
      ngram 1=nr            # number of 1-grams

      \\1-grams:
      p_1     wd_1 bo_wt_1

      end of data mark: \\end\\

      """;

  @Test
  void proseBeforeTheDataIsPassedOver() throws IOException {
    assertThat(logs(read(PROSE + TINY), "a b a"))
        .containsExactly(logs(read(TINY), "a b a"), within(0.0));
    assertThatThrownBy(() -> read(PROSE))
        .hasMessageContaining("model.arpa is no ARPA file: \\data\\ is due in line 4")
        .hasMessageContaining("This is a 3-gram language model");
    assertThatThrownBy(() -> read("prose\n".repeat(300_000) + TINY))
        .hasMessageContaining("\\data\\ is due in line 1, but it reads \"prose\"");
    assertThatThrownBy(() -> read("# nothing\n\n")).hasMessageContaining("it has no line \\data\\");
    assertThatThrownBy(() -> read("iARPA\n" + TINY))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("IRSTLM's iARPA")
        .hasMessageContaining("compile-lm");
  }

  /**
   * What lmplz writes of the lines "red {@code <UNK>} fox" and "red fox", and what its query says.
   */
  @Test
  void ofTwoSpellingsOfUnknownTheLaterCounts() throws IOException {
    String text =
        """
        \\data\\
        ngram 1=6
        ngram 2=5

        \\1-grams:
        -1\t<unk>\t0
        0\t<s>\t-0.30103
        -0.69897\t</s>\t0
        -0.69897\tred\t-0.30103
        -0.69897\t<UNK>\t-0.30103
        -0.5228787\tfox\t-0.30103

        \\2-grams:
        -0.22184873\tfox </s>
        -0.22184873\t<s> red
        -0.45593196\tred <UNK>
        -0.39794\tred fox
        -0.18708666\t<UNK> fox

        \\end\\
        """;
    for (String word : List.of("<UNK>", "zzz", "<unk>")) {
      assertThat(logs(read(text), "red " + word + " fox"))
          .containsExactly(
              new double[] {-0.22184873, -0.45593196, -0.18708666, -0.22184873}, within(1e-6));
    }
    assertThat(logs(read(text), "<UNK>")[0]).isCloseTo(-0.30103 - 0.69897, within(1e-6));
    assertThatThrownBy(() -> read(text.replace("\tred\t", "\t<unk>\t")))
        .hasMessageContaining("line 9 has the word \"<unk>\" a second time");
  }

  @Test
  void gzipOfSeveralMembersReadsTheSame() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int from = 0; from < TINY.length(); from += 50) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        String part = TINY.substring(from, Math.min(TINY.length(), from + 50));
        gzip.write(part.getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(logs(read(packed.toByteArray()), "a b a"))
        .containsExactly(logs(read(TINY), "a b a"), within(0.0));
    byte[] half = java.util.Arrays.copyOf(packed.toByteArray(), packed.size() - 30);
    assertThatThrownBy(() -> read(half))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.arpa");
  }

  @Test
  void aModelWithoutUnknownGivesItWhatKenlmDoes() throws IOException {
    BackoffModel model = read(TINY.replace("-2\t<unk>\t0\n", "").replace("1=5", "1=4"));
    assertThat(logs(model, "z")[0]).isCloseTo(-100.3, within(1e-6));
  }

  @Test
  void aPrunedSuffixChangesNoProbability() throws IOException {
    // "c a b" and "b </s>" are there, "a b" is not: (a, c) keeps its n-grams.
    String text =
        """
        \\data\\
        ngram 1=6
        ngram 2=2
        ngram 3=2
        ngram 4=1

        \\1-grams:
        -2\t<unk>
        -99\t<s>\t-0.3
        -1.5\t</s>
        -1\ta\t-0.2
        -1.25\tb\t-0.4
        -1.1\tc\t-0.15

        \\2-grams:
        -0.5\tc a\t-0.1
        -0.6\tb c\t-0.07

        \\3-grams:
        -0.3\tc a b\t-0.02
        -0.35\tb c a\t-0.03

        \\4-grams:
        -0.2\tc a b </s>

        \\end\\
        """;
    BackoffModel model = read(text);
    assertThat(logs(model, "c a b"))
        .containsExactly(new double[] {-1.4, -0.5, -0.3, -0.2}, within(1e-6));
    // b after (c a): a again backs off from (b, a, c) -0.02, (b, a) 0 and (b) -0.4.
    assertThat(logs(model, "c a b a")[3]).isCloseTo(-1.42, within(1e-6));
    // b after a alone: (a) -0.2 and p(b).
    assertThat(logs(model, "a b")[1]).isCloseTo(-1.45, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ngram 1=5|ngram 1=6|line 12 ends the 1-grams after 5 of the 6",
        "ngram 1=5|ngram 1=4|line 11 is one more than the 4 1-grams",
        "ngram 3=2|ngram 3=1|line 21 is one more than the 1 3-grams",
        "ngram 3=2|ngram 3=3|line 22 ends the 3-grams after 2 of the 3",
        "ngram 2=4|ngram 3=4|line 3 must read ngram 2=COUNT",
        "ngram 2=4|ngram 2=99999999999|line 3 tells of 99999999999 n-grams",
        "ngram 2=4|ngram 2=2000000000|line 18 ends the 2-grams after 4 of the 2,000,000,000",
        "-1\ta|1\ta|line 10 has the log10 probability 1.0, but none is above 0",
        "-1\ta|x\ta|line 10 must begin with a log10 probability, but begins with \"x\"",
        "a\t-0.2|a\tnan|line 10 has the back-off \"nan\"",
        "-1\ta\t-0.2|-1\tb\t-0.2|line 11 has the word \"b\" a second time",
        "-0.7\tb a|-0.7\tb q|line 16 has the word \"q\", which is no unigram",
        "-0.7\tb a|-0.7\ta b|has an n-gram a second time",
        "-0.9\ta b </s>|-0.9\ta a </s>|line 21 has an n-gram after \"a a\", which is no 2-gram",
        "-0.9\ta b </s>|-0.9\ta b </s>\t-1|line 21 has a back-off",
        "-0.3\t<s> a b|-0.3\ta b|line 20 must have a log10 probability, 3 words",
        "-1.5\t</s>|-1.5\tc|has no unigram </s>",
        "0\t<s>|-1\tc|has no unigram <s>",
        "\\end\\|\\more\\|line 23 must read \\end\\, but reads \"\\more\\\"",
        "\\2-grams:|\\4-grams:|line 13 must read \\2-grams:, but reads \"\\4-grams:\"",
        "\\data\\|data|is no ARPA file: \\data\\ is due in line 1, but it reads \"data\"",
      })
  void refusesWithOneLine(String was, String is, String message) {
    String[] parts = {was, is};
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].replace("\\t", "\t");
    }
    assertThat(TINY).contains(parts[0]);
    assertThatThrownBy(() -> read(TINY.replace(parts[0], parts[1])))
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
              assertThat(e.problems()).singleElement().asString().contains("model.arpa", message);
            });
  }

  @Test
  void anyTruncationIsRefused() {
    byte[] bytes = TINY.stripTrailing().getBytes(StandardCharsets.UTF_8);
    for (int n = 0; n < bytes.length; n++) {
      byte[] part = java.util.Arrays.copyOf(bytes, n);
      assertThatThrownBy(() -> read(part)).isInstanceOf(UserException.class);
    }
  }

  @Test
  void damageIsRefusedOrReadButNeverCrashes() throws IOException {
    Random random = new Random(5);
    byte[] bytes = TINY.getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        read(damaged);
      } catch (UserException e) {
        assertThat(e.problems()).hasSize(1);
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 2900);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,0",
    "-99,-99",
    "-1.5,-1.5",
    "-0.38591808,-0.3859181",
    "-1e-8,0",
    "1.25,1.25",
    "-4.35254,-4.35254",
    "-0.1,-0.1",
    "-100,-100",
    "-0.00001,-0.00001",
    "123456.0000001,123456.0000001"
  })
  void writesNumbers(double value, String text) {
    byte[] bytes = new byte[Log10Number.MAX_BYTES];
    int to = Log10Number.write(value, bytes, 0);
    assertThat(new String(bytes, 0, to, StandardCharsets.US_ASCII)).isEqualTo(text);
    assertThat((double) Log10Number.read(bytes, 0, to)).isEqualTo((float) value, within(1e-7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-1.",
        "-.5",
        "+2.5",
        "-1.25e-3",
        "-9.536743e-07",
        "-inf",
        "-0.12345678901234567"
      })
  void readsNumbers(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    float wanted = text.equals("-inf") ? Float.NEGATIVE_INFINITY : Float.parseFloat(text);
    assertThat(Log10Number.read(bytes, 0, bytes.length)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", ".", "x", "1x", "--1", "1.2.3", "nan", "0x1p3", "1e", "1f"})
  void noNumbers(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Log10Number.read(bytes, 0, bytes.length)).isNaN();
  }

  // Golden files.

  private static List<String> timeMachine() throws IOException {
    Path lines = Shared.require("reference/kenlm/time-machine.lines.txt.gz");
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(lines)), StandardCharsets.UTF_8))) {
      return in.lines().toList();
    }
  }

  private static BackoffModel kenlm(String name) throws IOException {
    Path file = Shared.require("reference/kenlm/time-machine." + name + ".arpa.gz");
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, name);
    }
  }

  private static double perplexity(BackoffModel model, List<String> lines) {
    Score sum = Score.NONE;
    for (String line : lines) {
      int[] ids =
          line.isEmpty()
              ? new int[] {model.vocabulary().sentenceEnd()}
              : ids(model.vocabulary(), line);
      sum = sum.plus(Scorer.score(model, ids, 0, new int[] {0}));
    }
    return sum.perplexity();
  }

  /** An ARPA file's n-grams as maps, and KenLM's rules by recursion: slow, and nothing shared. */
  private static final class SlowArpa {
    private final Map<String, double[]> ngrams = new HashMap<>();
    private int order;

    SlowArpa(String name) throws IOException {
      Path file = Shared.require("reference/kenlm/time-machine." + name + ".arpa.gz");
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] parts = line.split("\t", -1);
          if (parts.length >= 2) {
            double backoff = parts.length > 2 ? Double.parseDouble(parts[2]) : 0;
            ngrams.put(parts[1], new double[] {Double.parseDouble(parts[0]), backoff});
            order = Math.max(order, parts[1].split(" ", -1).length);
          }
        }
      }
    }

    double log(List<String> context, String word) {
      if (context.size() >= order) {
        return log(context.subList(context.size() - order + 1, context.size()), word);
      }
      String before = String.join(" ", context);
      double[] found = ngrams.get(context.isEmpty() ? word : before + " " + word);
      if (found != null) {
        return found[0];
      }
      double[] weight = ngrams.get(before);
      return (weight == null ? 0 : weight[1]) + log(context.subList(1, context.size()), word);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"o1", "o2", "o3", "o3.prune011", "o5"})
  void scoresAsTheFileSays(String name) throws IOException {
    SlowArpa slow = new SlowArpa(name);
    BackoffModel model = kenlm(name);
    List<String> text = timeMachine();
    for (int i = 0; i < 400; i++) {
      // Of the text itself, and words of other lines after each other.
      String line =
          i < 200 ? text.get(i * 7) : text.get(i).split(" ", -1)[0] + " " + text.get(i * 3).strip();
      if (line.isBlank()) {
        continue;
      }
      List<String> read = new ArrayList<>(List.of("<s>"));
      double[] logs = logs(model, line.strip());
      String[] words = (line.strip() + " </s>").split(" ", -1);
      for (int k = 0; k < words.length; k++) {
        assertThat(logs[k]).isCloseTo(slow.log(read, words[k]), within(1e-6));
        read.add(words[k]);
      }
    }
  }

  @Test
  void itsOwnTextHasKenlmsPerplexity() throws IOException {
    assertThat(perplexity(kenlm("o3"), timeMachine())).isCloseTo(18.58095, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"o1", "o2", "o3", "o3.prune011", "o5"})
  void everyContextSumsToOne(String name) throws IOException {
    BackoffModel model = kenlm(name);
    float[] all = new float[model.vocabulary().size()];
    LanguageModel.Reading reading = model.start();
    int contexts = 0;
    for (String line : timeMachine().subList(0, 60)) {
      for (int id : ids(model.vocabulary(), line)) {
        reading.logProbabilities(all);
        double sum = 0;
        for (float log : all) {
          sum += Math.exp(log);
        }
        assertThat(sum).isCloseTo(1, within(2e-5));
        reading.read(id);
        contexts++;
      }
    }
    assertThat(contexts).isGreaterThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"o1", "o3.prune011", "o5"})
  void whatIsWrittenReadsTheSame(String name) throws IOException {
    BackoffModel model = kenlm(name);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ArpaWriter.write(model, written);
    BackoffModel again = read(written.toByteArray());
    for (int n = 1; n <= model.order(); n++) {
      assertThat(again.ngrams(n)).isEqualTo(model.ngrams(n));
    }
    for (String line : timeMachine().subList(0, 300)) {
      if (!line.isBlank()) {
        assertThat(logs(again, line)).containsExactly(logs(model, line), within(1e-6));
      }
    }
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    ArpaWriter.write(again, twice);
    assertThat(twice.toByteArray()).isEqualTo(written.toByteArray());
  }
}
