package org.seqlm.neural.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.RunLayout;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * A neural language model on a file system: {@code network.json}, {@code parameters.safetensors}
 * with PyTorch's names, {@code vocabulary.jsonl}, {@code manifest.json}. A run's checkpoint holds
 * these, too.
 */
public final class ModelArtifact {
  private static final String NETWORK = "network.json";
  static final String PARAMETERS = "parameters.safetensors";

  private final ArtifactReader reader;
  private final NetworkFile network;
  private final RecurrentLanguageModel model;

  /**
   * The content of {@code network.json}.
   *
   * @param network what it is
   * @param rules how text becomes its tokens
   */
  public record NetworkFile(NetworkSpec network, TextRules rules) {}

  /**
   * What a model's manifest adds.
   *
   * @param title for instance {@code lstm 1x128}
   * @param parameters how many
   * @param vocabularyFingerprint of its tokens
   * @param round after which it was taken
   * @param tokens trained on until then
   * @param natsPerToken on the validation split, null if there is none
   */
  public record ModelDetails(
      String title,
      int parameters,
      String vocabularyFingerprint,
      int round,
      long tokens,
      Double natsPerToken) {}

  private ModelArtifact(ArtifactReader reader, NetworkFile network, RecurrentLanguageModel model) {
    this.reader = reader;
    this.network = network;
    this.model = model;
  }

  /**
   * Publishes a model, in place of an earlier one of the same name.
   *
   * @param inputs fingerprints of what it was trained on, by name
   * @param config of the training
   */
  public static Manifest write(
      Configuration conf,
      String folder,
      RecurrentLanguageModel model,
      TextRules rules,
      Map<String, String> inputs,
      Object config,
      long seed,
      ModelDetails details)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, Overwrite.REPLACE)) {
      write(writer, new NetworkFile(model.spec(), rules), model.parameters(), model.vocabulary());
      return writer.publish(Manifest.of(ArtifactKind.MODEL, inputs, config, seed, details));
    }
  }

  /** Adds what a model is to an artifact. */
  static void write(
      ArtifactWriter writer, NetworkFile network, float[] parameters, Vocabulary vocabulary)
      throws IOException {
    writer.write(NETWORK, Json.pretty(network));
    writer.write(
        PARAMETERS,
        out -> Safetensors.write(out, ParameterLayout.of(network.network()), parameters));
    writer.write(Vocabularies.FILE_NAME, out -> Vocabularies.write(vocabulary, out));
  }

  /**
   * Loads a model, and checks every file against the manifest.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   * @throws UserException with exit code 3 if there is none, or it is damaged
   */
  public static ModelArtifact load(Configuration conf, String folder) throws IOException {
    String inner = new Path(Paths.of(folder), RunLayout.MODEL).toString();
    boolean run = RunFolder.isRun(conf, folder);
    ArtifactKind kind = ArtifactKind.MODEL;
    if (!run && ArtifactReader.isArtifact(conf, folder)) {
      ArtifactKind found = ArtifactReader.open(conf, folder).manifest().kind();
      run = found == ArtifactKind.RUN;
      kind = found == ArtifactKind.CHECKPOINT ? found : kind;
    }
    if (run && !ArtifactReader.isArtifact(conf, inner)) {
      throw UserException.data(
          folder + " is a run that holds no model yet: let seqlm train go on with it");
    }
    ArtifactReader reader = ArtifactReader.open(conf, run ? inner : folder, kind);
    NetworkFile network = Json.mapper().readValue(reader.readVerified(NETWORK), NetworkFile.class);
    float[] parameters =
        Safetensors.read(
            reader.readVerified(PARAMETERS),
            ParameterLayout.of(network.network()),
            reader.name() + "/" + PARAMETERS);
    Vocabulary vocabulary =
        Vocabularies.read(
            network.rules().kind(),
            new ByteArrayInputStream(reader.readVerified(Vocabularies.FILE_NAME)),
            reader.name() + "/" + Vocabularies.FILE_NAME);
    return new ModelArtifact(
        reader, network, new RecurrentLanguageModel(network.network(), parameters, vocabulary));
  }

  /**
   * Loads a model; as {@link #load}.
   *
   * @param folder a model, a checkpoint, or a run, which stands for its best model
   */
  public static RecurrentLanguageModel open(Configuration conf, String folder) throws IOException {
    return load(conf, folder).model();
  }

  /** The model itself. */
  public RecurrentLanguageModel model() {
    return model;
  }

  /** How text becomes its tokens. */
  public TextRules rules() {
    return network.rules();
  }

  /** Its manifest; a model's details are {@link ModelDetails}. */
  public Manifest manifest() {
    return reader.manifest();
  }
}
