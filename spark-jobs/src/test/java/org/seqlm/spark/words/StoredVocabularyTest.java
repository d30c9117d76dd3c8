package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyReader;

class StoredVocabularyTest {
  @TempDir Path folder;

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  /** As much of the n-grams' folder as is read here. */
  private void write(int words) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String mark : Vocabulary.reservedTokens(TokenizerKind.WHITESPACE)) {
      lines.append("{\"token\":\"").append(mark).append("\",\"count\":0}\n");
    }
    for (int word = 0; word < words; word++) {
      lines.append("{\"token\":\"w").append(word).append("\",\"count\":1}\n");
    }
    VocabularyReader reader =
        new VocabularyReader(
            TokenizerKind.WHITESPACE,
            new java.io.ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)),
            "words");
    int size = 0;
    while (reader.next()) {
      size++;
    }
    NgramDetails details =
        new NgramDetails(
            1,
            Boundary.DOCUMENT,
            TextRules.of(TokenizerKind.WHITESPACE),
            size,
            reader.fingerprint(),
            words,
            0,
            1,
            1,
            null,
            new ModelSelector(Estimator.MLE, 1, 1),
            List.of(0L),
            List.of(),
            List.of(),
            null);
    try (ArtifactWriter out =
        ArtifactWriter.create(
            new Configuration(), folder.resolve("ngrams").toString(), Overwrite.REPLACE)) {
      out.write(Vocabularies.FILE_NAME, lines.toString());
      out.publish(Manifest.of(ArtifactKind.NGRAMS, Map.of(), Map.of(), 1, details));
    }
  }

  /** There are fewer words than the driver has seen: whoever waits for them waits for ever. */
  @Test
  @Timeout(60)
  void aFolderThatIsReplacedBetweenItsReadings() throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
    write(9);
    SpelledVocabulary vocabulary =
        StoredVocabulary.of(
            TestSpark.context(),
            NgramArtifact.open(new Configuration(), folder.resolve("ngrams").toString()));
    write(5);
    assertThatThrownBy(
            () ->
                vocabulary.spellings(
                    new org.apache.hadoop.fs.Path(folder.resolve("words").toString())))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("was replaced while it was in use: start the job again");
  }
}
