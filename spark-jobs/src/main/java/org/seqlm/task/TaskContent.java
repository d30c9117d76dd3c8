package org.seqlm.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.neural.files.ModelContent;
import org.seqlm.neural.network.Network;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * What the folder of a network over examples holds beside its parameters: {@code network.json},
 * {@code examples.json}, what the examples' manifest says of them, and a vocabulary for each column
 * that has one.
 *
 * @param network that was trained
 * @param details of the examples
 * @param vocabularies by column
 */
public record TaskContent(
    Network network, ExamplesDetails details, Map<String, ExampleVocabulary> vocabularies)
    implements ModelContent {
  private static final String EXAMPLES = "examples.json";

  public TaskContent {
    vocabularies = Map.copyOf(vocabularies);
  }

  /** Whether a model is a network over examples, and no language model. */
  public static boolean isIn(ArtifactReader model) {
    return model.manifest().files().stream().anyMatch(file -> file.path().equals(EXAMPLES));
  }

  /** What a model's folder holds of the examples that it is trained on. */
  public static ExamplesDetails examples(ArtifactReader reader) throws IOException {
    return ExamplesDetails.read(reader.readJson(EXAMPLES, JsonNode.class), reader.shown(EXAMPLES));
  }

  @Override
  public void write(ArtifactWriter writer) throws IOException {
    writer.write(NetworkFiles.NAME, NetworkFiles.write(network));
    writer.write(EXAMPLES, Json.pretty(details));
    for (String column : details.vocabularies().keySet()) {
      writer.write(Examples.vocabularyFile(column), vocabularies.get(column)::write);
    }
  }
}
