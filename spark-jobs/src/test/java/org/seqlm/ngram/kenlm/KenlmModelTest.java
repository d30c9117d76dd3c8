package org.seqlm.ngram.kenlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.MurmurHash2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.ngram.arpa.ArpaReader;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.ngram.kenlm.KenlmWriter.Options;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** KenLM's binaries give what the ARPA files that they were built from give. */
class KenlmModelTest {
  private static final List<String> MARKS = List.of("<unk>", "<s>", "</s>");

  @TempDir Path folder;

  private KenlmModel open(byte[] bytes) throws IOException {
    return KenlmModel.open(Files.write(Files.createTempFile(folder, "m", ".bin"), bytes), "m.bin");
  }

  private static BackoffModel arpa(String arpa) throws IOException {
    return ArpaReader.read(
        new ByteArrayInputStream(arpa.getBytes(StandardCharsets.UTF_8)), "m.arpa");
  }

  /** All ways to build; of those with tables, these hold every number. */
  private static List<Options> exact() {
    return List.of(
        Options.probing(),
        Options.probing().times(1.05f),
        Options.probing().wordless(),
        Options.trie(),
        Options.trie().wordless(),
        Options.trie().quantized(11, 10),
        Options.trie().array(0),
        Options.trie().array(3),
        Options.trie().array(22),
        Options.trie().array(255),
        Options.trie().quantized(11, 12).array(22));
  }

  static Stream<Arguments> variants() {
    return exact().stream()
        .flatMap(options -> Stream.of(2, 3, 5).map(order -> Arguments.of(options, order)));
  }

  // a b: -0.5 -0.75 -0.625. z a: -0.25-2, -1, -0.5-1.5.
  @Test
  void byHand() throws IOException {
    for (Options options : exact()) {
      KenlmModel model = open(KenlmWriter.write(TinyArpa.TEXT, options));
      Vocabulary vocabulary = model.vocabulary();
      int a = vocabulary.id("a");
      LanguageModel.Reading reading = model.start();
      assertThat(log10(reading, a)).isCloseTo(-0.5, within(1e-9));
      assertThat(reading.matched(a)).isEqualTo(2);
      reading.read(a);
      assertThat(log10(reading, vocabulary.id("b"))).isCloseTo(-0.75, within(1e-9));
      reading.read(vocabulary.id("b"));
      assertThat(log10(reading, vocabulary.sentenceEnd())).isCloseTo(-0.625, within(1e-9));
      reading.read(vocabulary.sentenceEnd());
      assertThat(log10(reading, vocabulary.id("z"))).isCloseTo(-2.25, within(1e-9));
      reading.read(vocabulary.id("z"));
      assertThat(log10(reading, a)).isCloseTo(-1, within(1e-9));
      assertThat(reading.matched(a)).isEqualTo(1);
      reading.read(a);
      assertThat(log10(reading, vocabulary.sentenceEnd())).isCloseTo(-2, within(1e-9));
      assertThat(log10(reading, vocabulary.sentenceStart())).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  private static double log10(LanguageModel.Reading reading, int token) {
    return reading.logProbability(token) / Math.log(10);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyTokenAsTheArpaFileHasIt(Options options, int order) throws IOException {
    Random random = new Random(order);
    List<List<String>> text = RandomArpa.sentences(60, 40, random);
    String file = RandomArpa.of(text, order, order == 3 ? List.of("<s>", "</s>") : MARKS, random);
    BackoffModel expected = arpa(file);
    KenlmModel model = open(KenlmWriter.write(file, options));
    assertThat(model.order()).isEqualTo(order);
    Vocabulary theirs = expected.vocabulary();
    Vocabulary ours = model.vocabulary();
    assertThat(ours.size()).isEqualTo(theirs.size());
    int[] ids = new int[theirs.size()];
    Arrays.setAll(ids, id -> ours.id(theirs.token(id)));
    assertThat(ids).startsWith(0, 1, 2).doesNotHaveDuplicates();
    LanguageModel.Reading reading = model.start();
    LanguageModel.Reading oracle = expected.start();
    float[] all = new float[ids.length];
    float[] inOrder = new float[ids.length];
    float[] allExpected = new float[ids.length];
    List<List<String>> others = RandomArpa.sentences(20, 44, random);
    for (int s = 0; s < 40; s++) {
      if (s % 7 == 3) {
        reading = model.startUnmarked();
        oracle = expected.startUnmarked();
      }
      for (String word :
          Stream.concat((s % 2 == 0 ? others.get(s / 2) : text.get(s)).stream(), Stream.of("</s>"))
              .toList()) {
        int token = ours.id(word);
        int expectedToken = theirs.id(word);
        assertThat(reading.logProbability(token))
            .isCloseTo(oracle.logProbability(expectedToken), within(1e-9));
        assertThat(reading.matched(token)).isEqualTo(oracle.matched(expectedToken));
        reading.copy().logProbabilities(all);
        oracle.logProbabilities(allExpected);
        for (int id = 0; id < ids.length; id++) {
          inOrder[id] = all[ids[id]];
        }
        assertThat(inOrder).usingComparatorWithPrecision(1e-6f).containsExactly(allExpected);
        reading.read(token);
        oracle.read(expectedToken);
        if (s % 7 == 0) {
          // What was asked last does not matter.
          reading.logProbability(ours.id("w1"));
        }
      }
      if (s % 5 == 0) {
        reading.read(ours.id("w0"));
        oracle.read(theirs.id("w0"));
        reading.startDocument();
        oracle.startDocument();
      }
    }
  }

  @Test
  void coarseTablesChangeNumbersOnly() throws IOException {
    Random random = new Random(1);
    String file = RandomArpa.of(RandomArpa.sentences(60, 40, random), 4, MARKS, random);
    KenlmModel exact = open(KenlmWriter.write(file, Options.trie()));
    KenlmModel coarse = open(KenlmWriter.write(file, Options.trie().quantized(4, 3)));
    int[] tokens = random.ints(500, 2, exact.vocabulary().size()).toArray();
    Score expected = Scorer.score(exact, tokens, 0, new int[0]);
    Score actual = Scorer.score(coarse, tokens, 0, new int[0]);
    assertThat(actual.orders().stream().map(Score.Hits::tokens))
        .isEqualTo(expected.orders().stream().map(Score.Hits::tokens).toList());
    assertThat(actual.natsPerToken())
        .isNotEqualTo(expected.natsPerToken())
        .isCloseTo(expected.natsPerToken(), within(0.3));
  }

  @Test
  void wordsAreSpelledAndMarksAreNone() throws IOException {
    for (Options options : exact()) {
      Vocabulary vocabulary = open(KenlmWriter.write(TinyArpa.TEXT, options)).vocabulary();
      assertThat(vocabulary.size()).isEqualTo(5);
      assertThat(vocabulary.reserved()).isEqualTo(3);
      assertThat(vocabulary.id("</s>")).isEqualTo(2);
      for (String mark : List.of("<unk>", "<UNK>", "<s>", "</s>", "", "c")) {
        byte[] utf8 = ("x" + mark).getBytes(StandardCharsets.UTF_8);
        assertThat(vocabulary.id(utf8, 1, utf8.length)).as(mark).isZero();
      }
      assertThat(vocabulary.id("xa".getBytes(StandardCharsets.UTF_8), 1, 2))
          .isEqualTo(vocabulary.id("a"));
      if (!options.words()) {
        assertThat(vocabulary.token(1)).isEqualTo("<s>");
        assertThatThrownBy(() -> vocabulary.token(3))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("does not hold its words");
        continue;
      }
      TokenTable table = new TokenTable(8);
      for (int id = 0; id < 5; id++) {
        assertThat(vocabulary.id(vocabulary.token(id))).isEqualTo(id);
        byte[] utf8 = vocabulary.token(id).getBytes(StandardCharsets.UTF_8);
        table.add(utf8, 0, utf8.length);
      }
      assertThat(vocabulary.fingerprint())
          .isEqualTo(Vocabularies.unpack(3, PackedTokens.of(table, new long[5])).fingerprint());
    }
  }

  /** So many that where they begin is kept of some only. */
  @Test
  void manyWords() throws IOException {
    StringBuilder arpa = new StringBuilder("\\data\\\nngram 1=1003\nngram 2=1\n\n\\1-grams:\n");
    arpa.append("-1\t<unk>\n-99\t<s>\n-1\t</s>\n");
    for (int i = 0; i < 1000; i++) {
      arpa.append("-3\tw").append(i).append('\n');
    }
    String file = arpa + "\n\\2-grams:\n-1\tw1 w2\n\n\\end\\\n";
    for (Options options : List.of(Options.probing(), Options.trie())) {
      Vocabulary vocabulary = open(KenlmWriter.write(file, options)).vocabulary();
      for (int i = 0; i < 1000; i++) {
        assertThat(vocabulary.token(vocabulary.id("w" + i))).isEqualTo("w" + i);
      }
      assertThat(vocabulary.id("w1000")).isZero();
    }
  }

  @Test
  void fingerprintsTellFilesApart() throws IOException {
    byte[] bytes = KenlmWriter.write(TinyArpa.TEXT, Options.trie().wordless());
    String fingerprint = open(bytes).fingerprint();
    assertThat(open(bytes).fingerprint()).isEqualTo(fingerprint);
    bytes[bytes.length - 40] ^= 1;
    assertThat(open(bytes).fingerprint()).isNotEqualTo(fingerprint);
    byte[] large = Arrays.copyOf(bytes, (1 << 24) + 12345);
    fingerprint = open(large).fingerprint();
    for (int at : new int[] {large.length - 12345, large.length - 2}) {
      byte[] other = large.clone();
      Arrays.fill(other, at - 70_000, at, (byte) 3);
      assertThat(open(other).fingerprint()).isNotEqualTo(fingerprint);
    }
  }

  private void refused(byte[] bytes, String... parts) {
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("KenLM's binary m.bin ")
        .hasMessageContainingAll(Stream.of(parts).toArray(CharSequence[]::new))
        .extracting(e -> ((UserException) e).exitCode())
        .isEqualTo(ExitCode.DATA);
  }

  private static byte[] with(byte[] bytes, int at, int... values) {
    byte[] other = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      other[at + i] = (byte) values[i];
    }
    return other;
  }

  @Test
  void whatCannotBeReadIsRefusedWithTheReason() {
    byte[] good = KenlmWriter.write(TinyArpa.TEXT, Options.probing());
    byte[] trie = KenlmWriter.write(TinyArpa.TEXT, Options.trie().quantized(3, 3));
    refused(with(good, 49, '4'), "version 4", "only version 5");
    refused(with(good, 34, "incomplete\n".chars().toArray()), "was not finished");
    refused(with(good, 60, 0x3f, 0x80, 0, 0), "big-endian");
    refused(with(good, 61, 7), "test how it counts");
    byte[] old = good.clone();
    System.arraycopy(good, 56, old, 53, 32);
    refused(old, "32-bit machine");
    refused(with(good, 96, 1), "rest costs (rest_probing)", "without -r");
    refused(with(good, 96, 9), "model type 9");
    refused(with(good, 104, 1), "probing of version 1", "version 0 is read");
    refused(with(trie, 104, 0), "quantized trie of version 0", "version 1 is read");
    refused(with(good, 88, 1), "its order must be 2 to 64, but is 1");
    refused(with(good, 88, 200), "its order must be 2 to 64, but is 200");
    refused(with(good, 92, 0, 0, 0, 0x3f), "multiplier must be 1 or more, but is 0.5");
    refused(with(good, 92, 0, 0, 0x7f, 0x7f), "tells of 5 1-grams");
    refused(with(good, 115, 0x80), "1-grams");
    refused(with(good, 108, 0, 2), "is cut short", "tells of 512 1-grams");
    refused(with(good, 108, 9), "is cut short", "at least");
    refused(with(good, 128, 1), "its words must be of version 0, but are of 1");
    refused(with(good, 132, 99), "it has 99 words");
    refused(with(trie, 128, 99), "it has 99 words");
    int tables = 128 + 6 * 8;
    refused(with(trie, tables, 3), "its tables must be of version 2, but are of 3");
    refused(with(trie, tables + 1, 26), "its tables must be of 1 to 25 bits, but are of 26 and 3");
    refused(with(good, good.length - 18, 'x'), "<unk> is due at byte");
    refused(Arrays.copyOf(good, good.length - 2), "does not end with the last of its 5 words");
    refused(Arrays.copyOf(good, 60), "is cut short");
    byte[] array =
        KenlmWriter.write(
            TinyArpa.TEXT
                .replace("\n\\end\\", "\n\\3-grams:\n-0.25\t<s> a b\n\n\\end\\")
                .replace("ngram 2=4\n", "ngram 2=4\nngram 3=1\n"),
            Options.trie().array(3));
    int pointers = 136 + 6 * 8 + 7 * 16;
    refused(with(array, pointers, 1), "its pointers must be of version 0, but are of 1");
    for (Options options : exact()) {
      refused(KenlmWriter.write(TinyArpa.TEXT.replace("</s>", "c"), options), "has no </s>");
    }
  }

  /** Whatever is missing or wrong is told in a line, at the latest when it is read. */
  @Test
  void damageEndsInALine() throws IOException {
    Random random = new Random(2);
    String file = RandomArpa.of(RandomArpa.sentences(30, 20, random), 4, MARKS, random);
    for (Options options : exact()) {
      byte[] good = KenlmWriter.write(file, options);
      for (int i = 0; i < 20; i++) {
        int length = i == 0 ? good.length - 1 : random.nextInt(KenlmModel.prefix(), good.length);
        refused(Arrays.copyOf(good, length), "");
      }
      for (int i = 0; i < 30; i++) {
        byte[] bad = good.clone();
        int at = i % 3 == 0 ? random.nextInt(56, 200) : random.nextInt(56, good.length);
        ByteBuffer.wrap(bad)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Math.min(at, good.length - 4), i % 2 == 0 ? random.nextInt() : -1);
        try {
          KenlmModel model = open(bad);
          int[] tokens = random.ints(200, 0, model.vocabulary().size()).toArray();
          Scorer.score(model, tokens, 0, new int[0]);
          model.start().logProbabilities(new float[model.vocabulary().size()]);
          for (int id = 0; id < model.vocabulary().size(); id++) {
            model.vocabulary().id(model.vocabulary().token(id));
          }
        } catch (UserException e) {
          assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
          assertThat(e).hasMessageStartingWith("KenLM's binary m.bin ");
        }
      }
    }
  }

  @Test
  void hashesAreMurmurs() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      int from = random.nextInt(bytes.length + 1);
      byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);
      assertThat(MurmurHash.of(bytes, from, bytes.length))
          .isEqualTo(MurmurHash2.hash64(part, part.length, 0));
    }
  }

  @Test
  void bucketsAreRemainders() {
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      long buckets = 1 + (random.nextLong() >>> 2 + random.nextInt(61));
      HashTable table = new HashTable(null, 0, 12, buckets);
      long key = i % 3 == 0 ? -1 - random.nextInt(5) : random.nextLong();
      long multiple = buckets * (random.nextLong() >>> 40) - random.nextInt(2);
      assertThat(table.ideal(key)).isEqualTo(Long.remainderUnsigned(key, buckets));
      assertThat(table.ideal(multiple)).isEqualTo(Long.remainderUnsigned(multiple, buckets));
    }
  }
}
