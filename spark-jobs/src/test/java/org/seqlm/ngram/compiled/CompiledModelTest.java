package org.seqlm.ngram.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Scorer;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Compiled models against the model in memory that they were compiled from. */
class CompiledModelTest {
  @TempDir Path folder;

  static CompiledModel compile(
      BackoffModel model, Boundary boundary, CompiledWriter.Form form, long memory, Path file)
      throws IOException {
    Spill spill = new Spill(memory, file.getParent());
    try (SortedNgrams ngrams = new SortedNgrams(model.order(), model.vocabulary().size(), spill);
        OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(ngrams);
      CompiledWriter.write(
          ngrams,
          model.vocabulary(),
          new CompiledWriter.About(
              boundary, model.name(), "source", TextRules.of(TokenizerKind.WHITESPACE)),
          form,
          spill,
          out);
    }
    CompiledFile opened = CompiledFile.open(file, "model");
    opened.verify();
    return opened.model();
  }

  /** A file of this machine's disk, whose checksums nobody compares. */
  @Test
  void whatPointsOutOfADamagedFileIsToldByItsName() throws IOException {
    Path file = folder.resolve("model");
    int told = 0;
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      BackoffModel model = RandomArpa.model(random, 3, 20, 200, Boundary.LINE);
      compile(model, Boundary.LINE, new CompiledWriter.Form(Layout.SMALL, 0), 1 << 20, file);
      byte[] bytes = Files.readAllBytes(file);
      for (String name : List.of("unigrams", "2-grams", "token-ends")) {
        CompiledHeader.Section section = CompiledFile.open(file, "m").header().section(name);
        byte[] damaged = bytes.clone();
        for (long i = section.offset(); i < section.offset() + section.length(); i++) {
          damaged[(int) i] = (byte) random.nextInt();
        }
        Path other = Files.write(folder.resolve("damaged" + seed + name), damaged);
        CompiledModel read = CompiledFile.open(other, "some.seqlm").model();
        try {
          LanguageModel.Reading reading = read.start();
          for (int i = 0; i < 50; i++) {
            String token = model.vocabulary().token(random.nextInt(model.vocabulary().size()));
            reading.logProbability(read.vocabulary().id(token));
            reading.read(random.nextInt(model.vocabulary().size()));
            read.vocabulary().token(i % model.vocabulary().size());
          }
        } catch (UserException e) {
          assertThat(e).hasMessageStartingWith("some.seqlm is damaged: its table of ");
          assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
          told++;
        }
      }
    }
    assertThat(told).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource
  void everyScoreIsThatOfTheModelInMemory(Layout layout) throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int order = 1 + seed % 7;
      Boundary boundary = Boundary.values()[seed % 3];
      BackoffModel expected =
          RandomArpa.model(
              random, order, 2 + random.nextInt(25), 10 + random.nextInt(300), boundary);
      CompiledModel model =
          compile(
              expected,
              boundary,
              new CompiledWriter.Form(layout, 0),
              seed % 2 == 0 ? 1 : 1 << 20,
              folder.resolve("model"));
      assertThat(model.name()).isEqualTo("random");
      assertThat(model.memory()).isEqualTo(expected.memory());
      for (int n = 1; n <= order; n++) {
        assertThat(model.header().ngrams().get(n - 1)).isEqualTo(expected.ngrams(n));
      }
      sameScores(expected, model, random);
    }
  }

  private static void sameScores(BackoffModel expected, CompiledModel model, Random random) {
    int size = expected.vocabulary().size();
    int[] tokens = RandomArpa.tokens(random, size, 700);
    LanguageModel.Reading a = expected.start();
    LanguageModel.Reading b = model.start();
    LanguageModel.Reading c = model.start();
    float[] all = new float[size];
    float[] found = new float[size];
    for (int i = 0; i < tokens.length; i++) {
      int token = tokens[i];
      double p = a.logProbability(token);
      assertThat(b.logProbability(token)).isEqualTo(p);
      assertThat(b.matched(token)).isEqualTo(a.matched(token));
      assertThat(c.next(token)).isEqualTo(p);
      if (i % 100 == 50) {
        a.startDocument();
        b.startDocument();
        c.startDocument();
        b = b.copy();
      }
      if (i % 50 == 0) {
        a.logProbabilities(all);
        b.logProbabilities(found);
        assertThat(found).isEqualTo(all);
      }
      a.read(token);
      b.read(token);
      if (i % 100 == 50) {
        c = b.copy();
      }
    }
    int[] documents = {0, 3, 300, 301, 599};
    assertThat(Scorer.score(model, tokens, 5, documents))
        .isEqualTo(Scorer.score(expected, tokens, 5, documents));
    blocks(expected.start(), model.start(), tokens);
    blocks(expected.startUnmarked(), model.startUnmarked(), tokens);
  }

  private static void blocks(LanguageModel.Reading a, LanguageModel.Reading b, int[] tokens) {
    for (int from = 0; from < tokens.length; ) {
      int to = Math.min(tokens.length, from + from % 90 + (from % 3 == 0 ? 300 : 0) + 1);
      double[] nats = new double[to - from];
      double[] natsFound = new double[to - from];
      byte[] orders = new byte[to - from];
      byte[] ordersFound = new byte[to - from];
      a.next(tokens, from, to, nats, orders);
      b.next(tokens, from, to, natsFound, ordersFound);
      assertThat(natsFound).isEqualTo(nats);
      assertThat(ordersFound).isEqualTo(orders);
      from = to;
    }
  }

  /** Most words end n-grams of the highest order, in stretches, as in a text that was counted. */
  @ParameterizedTest
  @EnumSource
  void scoresOfFamiliarTextAreThoseOfTheModelInMemory(Layout layout) throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int order = 3 + seed % 3;
      Boundary boundary = Boundary.values()[seed % 3];
      BackoffModel expected = RandomArpa.model(random, order, 3, 3000, boundary);
      CompiledModel model =
          compile(
              expected,
              boundary,
              new CompiledWriter.Form(layout, 0),
              1 << 20,
              folder.resolve("model"));
      int[] tokens = familiar(expected, random, 3000);
      blocks(expected.start(), model.start(), tokens);
      assertThat(Scorer.score(model, tokens, 5, new int[] {0, 300, 301}))
          .isEqualTo(Scorer.score(expected, tokens, 5, new int[] {0, 300, 301}));
    }
  }

  /**
   * Draws words, of which stretches are found in the highest order wherever there is such a word.
   */
  private static int[] familiar(BackoffModel model, Random random, int length) {
    int[] tokens = new int[length];
    LanguageModel.Reading reading = model.start();
    int whole = 0;
    for (int i = 0; i < length; i++) {
      int size = model.vocabulary().size();
      tokens[i] = random.nextInt(size);
      for (int draw = 0; draw < 50 && i / 500 % 2 == 0; draw++) {
        int token = random.nextInt(size);
        if (reading.matched(token) == model.order()) {
          tokens[i] = token;
          break;
        }
      }
      whole += reading.matched(tokens[i]) == model.order() ? 1 : 0;
      reading.read(tokens[i]);
    }
    assertThat(whole).isGreaterThan(length / 3);
    return tokens;
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    BackoffModel model = RandomArpa.model(new Random(1), 4, 20, 200, Boundary.LINE);
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    for (Layout layout : Layout.values()) {
      CompiledWriter.Form form = new CompiledWriter.Form(layout, 0);
      String first = compile(model, Boundary.LINE, form, 1, a).header().fingerprint();
      String second = compile(model, Boundary.LINE, form, 1 << 20, b).header().fingerprint();
      assertThat(a).hasSameBinaryContentAs(b);
      assertThat(first).isEqualTo(second);
    }
  }

  @Test
  void vocabularyIsThatOfTheModel() throws IOException {
    BackoffModel expected = RandomArpa.model(new Random(2), 2, 500, 20, Boundary.LINE);
    CompiledModel model =
        compile(
            expected,
            Boundary.LINE,
            new CompiledWriter.Form(Layout.FAST, 0),
            1 << 20,
            folder.resolve("model"));
    assertThat(model.vocabulary().size()).isEqualTo(expected.vocabulary().size());
    assertThat(model.vocabulary().fingerprint()).isEqualTo(expected.vocabulary().fingerprint());
    assertThat(model.vocabulary().lineEnd()).isEqualTo(2);
    for (int id = 0; id < expected.vocabulary().size(); id++) {
      String token = expected.vocabulary().token(id);
      byte[] utf8 = token.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      assertThat(model.vocabulary().token(id)).isEqualTo(token);
      assertThat(model.vocabulary().id(token)).isEqualTo(id);
      assertThat(model.vocabulary().id(utf8, 0, utf8.length)).isEqualTo(id < 3 ? 0 : id);
      assertThat(model.vocabulary().id(token + "x")).isZero();
    }
  }

  /** Every value has a bin of its own where there are no more than bins. */
  @Test
  void quantisedValuesAreNearAndExactWhereTheyAreFew() throws IOException {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      int order = 2 + seed % 4;
      BackoffModel expected = RandomArpa.model(random, order, 20, 100, Boundary.LINE);
      Path file = folder.resolve("model");
      sameScores(
          expected,
          compile(
              expected, Boundary.LINE, new CompiledWriter.Form(Layout.SMALL, 10), 1 << 20, file),
          random);
      CompiledModel model =
          compile(expected, Boundary.LINE, new CompiledWriter.Form(Layout.SMALL, 4), 1 << 20, file);
      assertThat(model.header().quantized()).isEqualTo(4);
      LanguageModel.Reading a = expected.start();
      LanguageModel.Reading b = model.start();
      for (int token : RandomArpa.tokens(random, expected.vocabulary().size(), 500)) {
        assertThat(b.logProbability(token))
            .isCloseTo(a.logProbability(token), org.assertj.core.api.Assertions.within(4.0));
        assertThat(b.matched(token)).isEqualTo(a.matched(token));
        a.read(token);
        b.read(token);
      }
    }
  }
}
