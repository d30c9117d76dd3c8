package org.seqlm.analysis;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * Writes the artifact of an analysis: tables first, those of the driver with {@link #table}, those
 * of tasks with {@link TableWriter} into {@link #folder} and then {@link #add}; then {@link
 * #publish}.
 */
public final class AnalysisWriter implements Closeable {
  private final Configuration conf;
  private final ArtifactWriter artifact;
  private final List<TableFormat> formats;
  private final List<AnalysisDetails.ShownTable> tables = new ArrayList<>();

  private AnalysisWriter(Configuration conf, ArtifactWriter artifact, List<TableFormat> formats) {
    this.conf = conf;
    this.artifact = artifact;
    this.formats = formats;
  }

  /**
   * Begins one.
   *
   * @throws org.seqlm.UserException with exit code 2 if {@code output} may not be replaced
   */
  public static AnalysisWriter create(
      Configuration conf, String output, Overwrite overwrite, List<TableFormat> formats)
      throws IOException {
    return new AnalysisWriter(conf, ArtifactWriter.create(conf, output, overwrite), formats);
  }

  /** Where tasks write their parts of tables. */
  public Path folder() {
    return artifact.folder();
  }

  /** How tables are written. */
  public List<TableFormat> formats() {
    return formats;
  }

  /** Writes a table whose rows the driver has; in a report it stands where it comes. */
  public void table(TableSchema table, Iterable<Object[]> rows) throws IOException {
    FileSystem fs = Paths.plain(artifact.folder().getFileSystem(conf));
    List<List<Object>> shown = new ArrayList<>();
    try (TableWriter writer = TableWriter.open(fs, folder(), table, 0, 0, formats)) {
      for (Object[] row : rows) {
        writer.row(row);
        if (shown.size() < AnalysisDetails.MOST_SHOWN) {
          shown.add(Arrays.asList(row));
        }
      }
      writer.keep().forEach(artifact::add);
      tables.add(new AnalysisDetails.ShownTable(table, writer.rows(), shown));
    }
  }

  /**
   * Adds a table whose parts tasks wrote.
   *
   * @param shown its first rows
   */
  public void add(
      TableSchema table, Collection<FileEntry> parts, long rows, List<List<Object>> shown) {
    parts.forEach(artifact::add);
    tables.add(new AnalysisDetails.ShownTable(table, rows, shown));
  }

  /** Adds a file that is no table. */
  public void add(FileEntry file) {
    artifact.add(file);
  }

  /**
   * Commits it.
   *
   * @param details whose tables are those that were written, whatever they name
   * @param inputs fingerprints of what it was made from, by name
   * @param config the effective configuration
   */
  public Manifest publish(
      AnalysisDetails details, Map<String, String> inputs, Object config, long seed)
      throws IOException {
    AnalysisDetails whole =
        new AnalysisDetails(
            details.analysis(),
            details.title(),
            details.facts(),
            details.charts(),
            tables,
            details.footnotes(),
            details.notes());
    return artifact.publish(Manifest.of(ArtifactKind.ANALYSIS, inputs, config, seed, whole));
  }

  @Override
  public void close() throws IOException {
    artifact.close();
  }
}
