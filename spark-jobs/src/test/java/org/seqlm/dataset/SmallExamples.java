package org.seqlm.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.vocab.ExampleVocabulary;

/** Examples that a test makes by hand, block by block, as {@code prepare} would store them. */
public final class SmallExamples {
  private static final Configuration CONF = new Configuration();

  private final ExampleTask task;
  private final List<ExampleColumn> columns;
  private final Map<Split, List<ExampleBlock>> blocks = new EnumMap<>(Split.class);
  private final Map<String, List<String>> labels = new TreeMap<>();
  private final Map<String, ExampleVocabulary> vocabularies = new TreeMap<>();
  private final Map<String, FeatureStatistics> features = new TreeMap<>();

  public SmallExamples(ExampleTask task, List<ExampleColumn> columns) {
    this.task = task;
    this.columns = columns;
    for (Split split : Split.values()) {
      blocks.put(split, new ArrayList<>());
    }
  }

  /** Adds a block behind those of a split. */
  public SmallExamples block(Split split, ExampleBlock block) {
    blocks.get(split).add(block);
    return this;
  }

  /** Names the labels of a column. */
  public SmallExamples labels(String column, String... names) {
    labels.put(column, List.of(names));
    return this;
  }

  /** The tokens of a column, behind the reserved ones. */
  public SmallExamples vocabulary(String column, ExampleVocabulary.Side side, String... tokens) {
    vocabularies.put(column, ExampleVocabulary.of(side, List.of(tokens), new long[tokens.length]));
    return this;
  }

  /** What is known of a column's numbers. */
  public SmallExamples features(String column, FeatureStatistics statistics) {
    features.put(column, statistics);
    return this;
  }

  /** Writes them to a folder. */
  public Examples write(String folder) throws IOException {
    try (ArtifactWriter output = ArtifactWriter.create(CONF, folder, Overwrite.REFUSE)) {
      Map<Split, ExampleStatistics> splits = new EnumMap<>(Split.class);
      for (Map.Entry<Split, List<ExampleBlock>> split : blocks.entrySet()) {
        for (int i = 0; i < split.getValue().size(); i++) {
          ExampleBlock block = split.getValue().get(i);
          output.write(
              ExampleBlockFile.path(split.getKey(), i),
              out -> ExampleBlockFile.write(out, CONF, block));
        }
        splits.put(split.getKey(), statistics(split.getValue()));
      }
      Map<String, ExamplesDetails.ColumnVocabulary> known = new TreeMap<>();
      for (Map.Entry<String, ExampleVocabulary> one : vocabularies.entrySet()) {
        ExampleVocabulary words = one.getValue();
        output.write(Examples.vocabularyFile(one.getKey()), words::write);
        known.put(
            one.getKey(),
            new ExamplesDetails.ColumnVocabulary(
                words.size(), words.end(), words.unknown(), words.fingerprint()));
      }
      ExamplesDetails details =
          new ExamplesDetails(
              task,
              "accuracy",
              columns,
              null,
              List.of(),
              labels,
              known,
              features,
              splits,
              Map.of(),
              "00",
              null);
      output.publish(Manifest.of(ArtifactKind.EXAMPLES, Map.of(), Map.of(), 1, details));
    }
    return Examples.open(CONF, folder);
  }

  private ExampleStatistics statistics(List<ExampleBlock> of) {
    Map<String, Integer> longest = new TreeMap<>();
    Map<String, Long> items = new TreeMap<>();
    List<Integer> sizes = new ArrayList<>();
    for (ExampleBlock block : of) {
      sizes.add(block.examples());
      for (ExampleColumn column : columns) {
        if (column.ragged()) {
          for (int e = 0; e < block.examples(); e++) {
            longest.merge(column.name(), block.length(column.name(), e), Math::max);
            items.merge(column.name(), (long) block.length(column.name(), e), Long::sum);
          }
        }
      }
    }
    return new ExampleStatistics(
        sizes.stream().mapToLong(Integer::longValue).sum(),
        sizes,
        longest,
        items,
        Map.of(),
        Map.of());
  }
}
