package org.seqlm.job.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Version;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.ModelExport;
import org.seqlm.neural.onnx.OnnxCheck;
import org.seqlm.neural.onnx.OnnxModel;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.registry.RegistryPath;
import org.seqlm.store.FileEntry;

/**
 * A network in other forms. All that are asked for are written before the first appears: what fails
 * until then leaves none. Then they appear one after the other. It needs no Spark.
 */
final class NetworkExport {
  private static final String ONNX_FILE = "model.onnx";

  private NetworkExport() {}

  /** Opens the model, and refuses before any work what may not be written. */
  static ModelArtifact open(ExportConfig config, JobContext context) throws IOException {
    Configuration conf = context.hadoop();
    ModelArtifact model = ModelArtifact.load(conf, RegistryPath.model(conf, config.model()));
    for (Map.Entry<String, String> output : config.export().paths().entrySet()) {
      OutputCheck.folder(conf, output.getKey(), output.getValue(), context.overwrite());
    }
    return model;
  }

  static String plan(ExportConfig config, JobContext context) throws IOException {
    StringBuilder text =
        new StringBuilder("read " + title(open(config, context)) + " in " + config.model());
    config
        .export()
        .paths()
        .forEach((flag, path) -> text.append("\nwrite " + flag.substring(2) + " " + path));
    return text.toString();
  }

  static ExportResult run(ExportConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    Configuration conf = context.hadoop();
    ModelArtifact model = open(config, context);
    List<String> notes = new ArrayList<>();
    if (!model.notice().isEmpty()) {
      notes.add(model.notice());
    }
    // What ONNX Runtime makes of it is known before anything is written.
    byte[] onnx = config.export().onnx() == null ? null : onnx(model, config.seed(), notes);
    Map<String, ArtifactWriter> writers = new LinkedHashMap<>();
    List<ExportResult.Form> forms = new ArrayList<>();
    try {
      for (Map.Entry<String, String> output : config.export().paths().entrySet()) {
        ArtifactWriter writer = ArtifactWriter.create(conf, output.getValue(), context.overwrite());
        writers.put(output.getKey(), writer);
        if (output.getKey().equals(ExportConfig.ONNX)) {
          writer.write(ONNX_FILE, out -> out.write(onnx));
          ModelExport.describe(writer, model);
        } else {
          ModelExport.safetensors(writer, model);
        }
      }
      for (Map.Entry<String, ArtifactWriter> writer : writers.entrySet()) {
        String flag = writer.getKey();
        ArtifactKind kind =
            flag.equals(ExportConfig.ONNX) ? ArtifactKind.MODEL_ONNX : ArtifactKind.MODEL;
        Manifest manifest = writer.getValue().publish(ModelExport.manifest(kind, model));
        long bytes = manifest.files().stream().mapToLong(FileEntry::bytes).sum();
        forms.add(
            new ExportResult.Form(
                flag.substring(2),
                config.export().paths().get(flag),
                manifest.files().size(),
                bytes));
      }
    } finally {
      for (ArtifactWriter writer : writers.values()) {
        writer.close();
      }
    }
    return new ExportResult(
        config.model(),
        model.manifest().fingerprint(),
        title(model),
        List.of(),
        forms,
        (System.nanoTime() - start) / 1e9,
        0,
        0,
        notes);
  }

  private static byte[] onnx(ModelArtifact artifact, long seed, List<String> notes) {
    RecurrentLanguageModel model = artifact.model();
    byte[] onnx = OnnxModel.of(model, Version.current(), ModelExport.about(artifact));
    double difference = OnnxCheck.difference(onnx, model, seed);
    notes.add(
        String.format(
            Locale.ROOT,
            "ONNX Runtime computes the model's log-probabilities, the largest difference %.1e",
            difference));
    return onnx;
  }

  private static String title(ModelArtifact model) {
    return model.model().spec().title();
  }
}
