package org.seqlm.spark.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.SplitRules;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.spark.tokens.DatasetBuilder;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.ExtendedVocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** Prepares a text's characters as {@code prepare} does. */
public final class CharacterDataset {
  private CharacterDataset() {}

  public static void write(Configuration conf, Path corpus, String folder, SplitRules splits)
      throws IOException {
    write(conf, corpus, folder, splits, null);
  }

  /** The same with the new characters behind those of another vocabulary. */
  public static void write(
      Configuration conf,
      Path corpus,
      String folder,
      SplitRules splits,
      ExtendedVocabulary extended)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, Overwrite.REFUSE)) {
      DatasetBuilder.Built built =
          DatasetBuilder.build(
              TestSpark.context(),
              new DatasetBuilder.Request(
                  CorpusSource.of(List.of(corpus.toString())),
                  TextRules.of(TokenizerKind.CHAR),
                  splits,
                  List.of(),
                  VocabularyLimits.NONE,
                  VocabularySource.TRAIN,
                  extended,
                  2,
                  1),
              writer,
              Progress.SILENT);
      writer.publish(Manifest.of(ArtifactKind.DATASET, Map.of(), Map.of(), 1, built.details()));
    }
  }
}
