package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.lm.Scorer;
import org.seqlm.lm.Spelling;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.spark.training.CharacterDataset;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** Documents scored on a cluster, against each document by itself. */
class DocumentStepTest {
  private static final Configuration HADOOP = new Configuration();

  /** One longer than two stretches, several in one, one that ends with a stretch. */
  private static final int[] LENGTHS = {
    5, 1, 900, 2 * ScoringStep.STRETCH + 77, 3, ScoringStep.STRETCH - 986, 40, 12_000
  };

  @TempDir static Path folder;

  private static final List<String> TEXTS = new ArrayList<>();
  private static Dataset dataset;
  private static RecurrentLanguageModel whole;
  private static RecurrentLanguageModel lacking;

  @BeforeAll
  static void prepare() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    for (int length : LENGTHS) {
      StringBuilder text = new StringBuilder();
      while (text.length() < length) {
        text.append("abcdabcäe".charAt(random.nextInt(9)));
      }
      Files.writeString(corpus.resolve(TEXTS.size() + ".txt"), text);
      TEXTS.add(text.toString());
    }
    String name = folder.resolve("dataset").toString();
    CharacterDataset.write(HADOOP, corpus, name, new SplitRules(SplitMethod.CONTIGUOUS, 1, 0, 0));
    dataset = Dataset.open(HADOOP, name);
    TokenCounts few = new TokenCounts(8);
    for (byte letter : "abcd".getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
      few.add(new byte[] {letter}, 0, 1, 200 - letter);
    }
    whole = network(dataset.vocabulary(), 3);
    lacking = network(Vocabularies.rank(TokenizerKind.CHAR, few, 0, VocabularyLimits.NONE), 4);
  }

  private static RecurrentLanguageModel network(Vocabulary vocabulary, int seed) {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.GRU, 1, 8, vocabulary.size(), 0, 0);
    return new RecurrentLanguageModel(spec, InitialParameters.create(spec, seed), vocabulary);
  }

  private static RecurrentLanguageModel whole() {
    return whole;
  }

  private static RecurrentLanguageModel lacking() {
    return lacking;
  }

  private static List<DocumentStep.DocumentBits> score(long most) throws IOException {
    return DocumentStep.score(
        TestSpark.context(),
        dataset,
        Split.TRAIN,
        most,
        List.of(
            new DocumentStep.Contestant(() -> whole(), null),
            new DocumentStep.Contestant(
                () -> lacking(),
                VocabularyMapping.of(dataset.vocabulary(), lacking.vocabulary()))));
  }

  /** Of a text alone, its unknown characters spelled. */
  private static double bits(RecurrentLanguageModel model, String text) {
    int[] ids = text.codePoints().map(c -> model.vocabulary().id(Character.toString(c))).toArray();
    long words = 0;
    long bytes = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == Vocabulary.UNKNOWN) {
        words++;
        bytes += text.charAt(i) == 'ä' ? 2 : 1;
      }
    }
    double nats = Scorer.score(model, ids, 0, new int[] {0}).nats();
    return (nats + Spelling.nats(words, bytes)) / Math.log(2);
  }

  @Test
  void eachDocumentIsScoredAsIfAlone() throws IOException {
    List<DocumentStep.DocumentBits> documents = score(Long.MAX_VALUE);
    assertThat(documents).hasSize(LENGTHS.length);
    long start = 0;
    for (int d = 0; d < LENGTHS.length; d++) {
      DocumentStep.DocumentBits document = documents.get(d);
      assertThat(document.start()).isEqualTo(start);
      assertThat(document.tokens()).isEqualTo(LENGTHS[d]);
      assertThat(document.bits(0)).isCloseTo(bits(whole, TEXTS.get(d)), within(1e-6));
      assertThat(document.bits(1)).isCloseTo(bits(lacking, TEXTS.get(d)), within(1e-6));
      start += LENGTHS[d];
    }
  }

  @Test
  void theFirstDocumentsAreWhole() throws IOException {
    List<DocumentStep.DocumentBits> documents = score(907);
    assertThat(documents).hasSize(4);
    assertThat(documents.get(3).tokens()).isEqualTo(LENGTHS[3]);
    assertThat(score(906)).hasSize(3);
    assertThat(score(0)).isEmpty();
  }
}
