package org.seqlm.job.export;

import java.util.List;

/**
 * What {@code export} wrote.
 *
 * @param model the n-grams' folder
 * @param fingerprint of it
 * @param kind for instance {@code 3-gram kneser-ney}
 * @param ngrams of the back-off model by order; empty if it has none
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
   * @param form arpa, parquet or tsv
   * @param path of the file or folder
   * @param files in it, without the manifest
   * @param bytes of them
   */
  record Form(String form, String path, int files, long bytes) {}
}
