package org.seqlm.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SaveMode;
import org.seqlm.UserException;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.store.Paths;

/**
 * A column's documents on their way to what reads files: Parquet in a hidden folder beside an
 * output, its files in the order of the partitions and named by it alone, so that whoever reads
 * them in the order of their names has the order of the rows, and finds the same names again. Also
 * any other hidden folder beside an output that goes in the end.
 */
final class DocumentFiles implements AutoCloseable {
  static final String COLUMN = "text";

  private static final Pattern PART = Pattern.compile("part-(\\d+)-.*?(?:-c(\\d+))?\\..*");

  private record Part(long partition, long file, Path path) {}

  private final FileSystem fs;
  private final Path folder;

  private DocumentFiles(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /**
   * Nothing is written yet.
   *
   * @param name how the folder {@code .OUTPUT.NAME} ends
   */
  static DocumentFiles beside(Configuration hadoop, String output, String name) throws IOException {
    Path path = Paths.of(output);
    FileSystem fs = path.getFileSystem(hadoop);
    Path whole = fs.makeQualified(path);
    if (whole.getParent() == null) {
      throw UserException.configuration(
          "output " + output + " is a file system's root: name a folder in it");
    }
    return new DocumentFiles(fs, new Path(whole.getParent(), "." + whole.getName() + "." + name));
  }

  String path() {
    return folder.toString();
  }

  /** With what says that a command's text is in these files, each row a document. */
  FlagValues asInput(FlagValues flags) {
    return asInput(flags, COLUMN);
  }

  /** The same where whole rows are in them. */
  FlagValues asInput(FlagValues flags, String column) {
    return flags
        .put("input.paths", List.of(path()))
        .put("input.format", "parquet")
        .put("input.text-field", column)
        .put("input.document", "auto");
  }

  /**
   * Writes what of a column is not null.
   *
   * @throws UserException with exit code 5 if the session writes Parquet in a way of its own, whose
   *     files are in no order
   */
  void write(Dataset<?> documents, String column) throws IOException {
    Column text = quoted(documents, column);
    writeAll(documents.where(text.isNotNull()).select(text.as(COLUMN)));
  }

  /** Likewise whole rows, of those where the column is not null. */
  void writeRows(Dataset<?> documents, String column) throws IOException {
    writeAll(documents.where(quoted(documents, column).isNotNull()));
  }

  private static Column quoted(Dataset<?> documents, String column) {
    return documents.col("`" + column.replace("`", "``") + "`");
  }

  private void writeAll(Dataset<?> rows) throws IOException {
    rows.write().mode(SaveMode.Overwrite).parquet(folder.toString());
    List<Part> parts = new ArrayList<>();
    for (FileStatus status : fs.listStatus(folder)) {
      String name = status.getPath().getName();
      Matcher part = PART.matcher(name);
      if (part.matches()) {
        long file = part.group(2) == null ? 0 : Long.parseLong(part.group(2));
        parts.add(new Part(Long.parseLong(part.group(1)), file, status.getPath()));
      } else if (!name.startsWith("_") && !name.startsWith(".")) {
        throw UserException.platform(
            status.getPath()
                + " is named by no partition: count in a session that writes Parquet as Spark"
                + " does by itself");
      }
    }
    parts.sort(Comparator.comparingLong(Part::partition).thenComparingLong(Part::file));
    for (int i = 0; i < parts.size(); i++) {
      Path named = new Path(folder, String.format(Locale.ROOT, "%09d.parquet", i));
      if (!fs.rename(parts.get(i).path(), named)) {
        throw new IOException(parts.get(i).path() + " cannot be renamed to " + named);
      }
    }
  }

  @Override
  public void close() throws IOException {
    fs.delete(folder, true);
  }
}
