package org.seqlm.job.export;

import java.util.List;

/**
 * What {@code export} wrote.
 *
 * @param model the folder it was read from
 * @param fingerprint of it
 * @param kind for instance {@code 3-gram kneser-ney} or {@code lstm 1x128}
 * @param ngrams of the back-off model by order; empty if there is none
 * @param written the forms
 * @param seconds of wall time
 * @param cpuSeconds of processor time that Spark's tasks took
 * @param shuffleBytes that they sent each other
 * @param notes what to know about what was written
 */
record ExportResult(
    String model,
    String fingerprint,
    String kind,
    List<Long> ngrams,
    List<Form> written,
    double seconds,
    double cpuSeconds,
    long shuffleBytes,
    List<String> notes) {

  /**
   * One form.
   *
   * @param form arpa, parquet, tsv, safetensors or onnx
   * @param path of the file or folder
   * @param files in it, without the manifest
   * @param bytes of them
   */
  record Form(String form, String path, int files, long bytes) {}
}
