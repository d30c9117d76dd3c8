package org.seqlm.job.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;

/**
 * See {@code conf/export.yaml}.
 *
 * @param model what {@code ngrams} or {@code train} wrote
 * @param export the forms to write
 */
record ExportConfig(String model, Forms export, int partitions, long seed) implements JobConfig {
  static final String SAFETENSORS = "--safetensors";
  static final String ONNX = "--onnx";

  /** The group {@code export}: of n-grams the first three, of networks the others. */
  record Forms(String arpa, String parquet, String tsv, String safetensors, String onnx) {

    NgramsConfig.Export ofNgrams() {
      return new NgramsConfig.Export(arpa, parquet, tsv);
    }

    private Map<String, String> ofNetworks() {
      Map<String, String> paths = new LinkedHashMap<>();
      paths.put(SAFETENSORS, safetensors);
      paths.put(ONNX, onnx);
      paths.values().removeIf(Objects::isNull);
      return paths;
    }

    /** The paths that are given, by their flags. */
    Map<String, String> paths() {
      Map<String, String> paths = ofNgrams().paths();
      paths.putAll(ofNetworks());
      return paths;
    }

    boolean isOfNetworks() {
      return !ofNetworks().isEmpty();
    }
  }

  ExportConfig {
    new Problems()
        .present("model", model, "give --model DIR, what seqlm ngrams or seqlm train wrote")
        .require(
            export != null && !export.paths().isEmpty(),
            "there is nothing to write: give --arpa FILE, --parquet DIR or --tsv DIR of n-grams,"
                + " --safetensors DIR or --onnx DIR of a network")
        .require(
            export == null || !export.isOfNetworks() || export.ofNgrams().paths().isEmpty(),
            "a model is n-grams or a network: give --arpa, --parquet and --tsv, or --safetensors"
                + " and --onnx, not some of both")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsModel("--model", model).writes(export.paths());
  }
}
