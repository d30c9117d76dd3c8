package org.seqlm.neural.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.Vocabularies;

/** A model for other programs: beside its numbers what they need to know of it, in JSON. */
public final class ModelExport {
  private ModelExport() {}

  /** Adds network and vocabulary. */
  public static void describe(ArtifactWriter writer, ModelArtifact model) throws IOException {
    writer.write(ModelArtifact.NETWORK, Json.pretty(model.network()));
    writer.write(
        Vocabularies.FILE_NAME, out -> Vocabularies.write(model.model().vocabulary(), out));
  }

  /**
   * Adds the model as PyTorch's own modules hold it, so that {@code load_state_dict} finds each
   * name and no other: beside {@link ParameterLayout}'s tensors {@code rnn.bias_hh_l{k}}, which is
   * zero, and of a tied output {@code out.weight}, which is the embedding's. A layer's
   * normalisation is a {@code LayerNorm}, {@code norm.{k}}, between layers, so that each layer is a
   * module of its own there. What is written is a model to us, too.
   */
  public static void safetensors(ArtifactWriter writer, ModelArtifact model) throws IOException {
    describe(writer, model);
    float[] parameters = model.model().parameters();
    ParameterLayout layout = model.model().spec().layout();
    writer.write(
        ModelArtifact.PARAMETERS,
        out ->
            Safetensors.write(
                out,
                about(model),
                tensors(model.model().spec(), layout),
                tensor -> values(tensor, layout, parameters)));
  }

  /** What a file says of itself, by key: who wrote it, of which model, of what shape. */
  public static Map<String, String> about(ModelArtifact model) {
    Map<String, String> about = new TreeMap<>();
    about.put("seqlm.version", org.seqlm.artifact.Version.current());
    about.put("seqlm.model", model.manifest().fingerprint());
    about.put("seqlm.parameters.sha256", sha256(model));
    about.put("seqlm.network", Json.line(model.network()));
    about.put("seqlm.first-token", Integer.toString(model.model().firstInput()));
    return about;
  }

  /**
   * The manifest of what was made of a model.
   *
   * @param kind of it
   */
  public static Manifest manifest(ArtifactKind kind, ModelArtifact model) {
    Manifest of = model.manifest();
    Map<String, String> inputs = new TreeMap<>(of.inputs());
    inputs.put(Json.name(ArtifactKind.MODEL), of.fingerprint());
    return Manifest.of(kind, inputs, of.config(), of.seed(), of.details());
  }

  private static String sha256(ModelArtifact model) {
    return model.manifest().files().stream()
        .filter(file -> file.path().equals(ModelArtifact.PARAMETERS))
        .map(FileEntry::sha256)
        .findFirst()
        .orElse("");
  }

  private static List<ParameterLayout.Tensor> tensors(
      LanguageNetwork spec, ParameterLayout layout) {
    List<ParameterLayout.Tensor> tensors = new ArrayList<>();
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      if (tensor.name().equals("out.bias") && spec.output() == OutputKind.TIED) {
        tensors.add(new ParameterLayout.Tensor("out.weight", layout.tensor(EMBEDDING).shape(), -1));
      }
      tensors.add(tensor);
      if (tensor.name().startsWith(BIAS) && isPytorchs(spec.cell())) {
        tensors.add(
            new ParameterLayout.Tensor(
                tensor.name().replace(BIAS, SECOND_BIAS), tensor.shape(), -1));
      }
    }
    return tensors;
  }

  private static final String EMBEDDING = "embedding.weight";
  private static final String BIAS = "rnn.bias_ih_l";
  private static final String SECOND_BIAS = "rnn.bias_hh_l";

  /** Whether PyTorch has a module for it. */
  private static boolean isPytorchs(CellKind cell) {
    return cell == CellKind.LSTM || cell == CellKind.GRU_RESET_AFTER || cell == CellKind.RNN;
  }

  private static float[] values(
      ParameterLayout.Tensor tensor, ParameterLayout layout, float[] parameters) {
    if (tensor.offset() >= 0) {
      return layout.copy(tensor.name(), parameters);
    }
    return tensor.name().startsWith(SECOND_BIAS)
        ? new float[tensor.size()]
        : layout.copy(EMBEDDING, parameters);
  }
}
