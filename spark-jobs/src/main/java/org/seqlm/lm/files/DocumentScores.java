package org.seqlm.lm.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.lm.TextScore;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * The rows of an artifact of scores in the order of the input: by the bytes of the path, then by
 * record, those of documents that lie across two ranges in their places. It holds two row groups of
 * Parquet, whatever the artifact's size.
 */
public final class DocumentScores implements AutoCloseable {
  private static final String FOLDER = "scores/";
  private static final String CUT = FOLDER + "part-cut";

  private static final Comparator<Row> ORDER =
      Comparator.<Row, byte[]>comparing(
              row -> row.path.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned)
          .thenComparingLong(row -> row.record);

  /**
   * A document, or a line where the artifact has a row a line.
   *
   * @param path of its file
   * @param record the (first) record's place in the file, from 1
   * @param lines of the document; of a line its place in the record, from 1
   * @param models what each model makes of it, in the order of {@link #models}
   */
  public record Row(String path, long record, long lines, List<TextScore> models) {
    public Row {
      models = List.copyOf(models);
    }
  }

  private final ScoreDetails details;
  private final Files parts;
  private final Files cut;

  private DocumentScores(ScoreDetails details, Files parts, Files cut) {
    this.details = details;
    this.parts = parts;
    this.cut = cut;
  }

  /**
   * Opens scores.
   *
   * @throws UserException with exit code 3 if there are none, they are TSV, whose decimals are cut,
   *     they lack characters, which scores of before had not, or files are missing
   */
  public static DocumentScores open(Configuration conf, String folder) throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.SCORES);
    ScoreDetails details = artifact.details(ScoreDetails.class);
    if (details.models() == null || details.unit() == null) {
      throw UserException.data(
          folder + " holds scores without characters, of an older release: score the text again");
    }
    if (details.format() != ScoreFiles.Format.PARQUET) {
      throw UserException.data(
          folder
              + " holds scores as "
              + Json.name(details.format())
              + ", not as Parquet: score with --format parquet");
    }
    if (details.columns().startsWith(ScoreFiles.KEPT_PREFIX)) {
      throw UserException.data(
          folder + " holds scores beside the records scored: score with --keep place");
    }
    if (artifact.manifest().files().stream()
        .anyMatch(
            file ->
                file.path().indexOf('/', FOLDER.length()) > 0 && file.path().startsWith(FOLDER))) {
      throw UserException.data(folder + " holds scores by bucket: score without --buckets");
    }
    artifact.check(FOLDER);
    List<FileEntry> parts = new ArrayList<>();
    List<FileEntry> cut = new ArrayList<>();
    for (FileEntry file : artifact.manifest().files()) {
      if (file.path().startsWith(CUT)) {
        cut.add(file);
      } else if (file.path().startsWith(FOLDER)) {
        parts.add(file);
      }
    }
    // Above 99,999 ranges names grow longer.
    parts.sort(
        Comparator.<FileEntry>comparingInt(file -> file.path().length())
            .thenComparing(FileEntry::path));
    FileSystem fs = Paths.plain(artifact.folder(), conf);
    return new DocumentScores(
        details,
        new Files(artifact, fs, details, parts.iterator()),
        new Files(artifact, fs, details, cut.iterator()));
  }

  /** What a row is for. */
  public ScoreFiles.Unit unit() {
    return details.unit();
  }

  /** The models' paths, as they were given. */
  public List<String> models() {
    return details.models();
  }

  /** What the manifest tells. */
  public ScoreDetails details() {
    return details;
  }

  /**
   * The next row, or null after the last.
   *
   * @throws UserException with exit code 3 if a file is damaged
   */
  public Row next() throws IOException {
    Row part = parts.peek();
    Row other = cut.peek();
    if (part == null || other != null && ORDER.compare(other, part) < 0) {
      cut.take();
      return other;
    }
    parts.take();
    return part;
  }

  @Override
  public void close() throws IOException {
    try (parts;
        cut) {
      // Both are closed, whatever becomes of the first.
    }
  }

  /** Rows of files, one file after the other. */
  private static final class Files implements AutoCloseable {
    private final ArtifactReader artifact;
    private final FileSystem fs;
    private final List<String> columns;
    private final int models;
    private final Iterator<FileEntry> files;
    private FileEntry file;
    private ParquetReader<Group> reader;
    private Row row;

    Files(ArtifactReader artifact, FileSystem fs, ScoreDetails details, Iterator<FileEntry> files) {
      this.artifact = artifact;
      this.fs = fs;
      this.models = details.models().size();
      this.columns = ScoreFiles.columns(details.unit(), models);
      this.files = files;
    }

    /** The row that is next, or null. */
    Row peek() throws IOException {
      while (row == null) {
        if (reader == null) {
          if (!files.hasNext()) {
            return null;
          }
          file = files.next();
          reader = new GroupReader(new StoredInput(fs, artifact, file)).build();
        }
        Group group = group();
        if (group != null) {
          row = row(group);
        } else {
          close();
        }
      }
      return row;
    }

    void take() {
      row = null;
    }

    private Group group() throws IOException {
      try {
        return reader.read();
      } catch (FileNotFoundException e) {
        throw artifact.missing(file.path(), e);
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }

    private Row row(Group group) {
      try {
        List<TextScore> scores = new ArrayList<>(models);
        for (int m = 0, at = 3; m < models; m++, at += 5) {
          scores.add(
              new TextScore(
                  group.getLong(columns.get(at), 0),
                  group.getLong(columns.get(at + 1), 0),
                  group.getDouble(columns.get(at + 2), 0),
                  group.getLong(columns.get(at + 3), 0),
                  group.getDouble(columns.get(at + 4), 0)));
        }
        return new Row(
            group.getString(columns.get(0), 0),
            group.getLong(columns.get(1), 0),
            group.getLong(columns.get(2), 0),
            scores);
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }

    private UserException damaged(RuntimeException cause) {
      return UserException.data(
          artifact.shown(file.path())
              + " is damaged: it is no Parquet file of scores; score the text again",
          cause);
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }

  private static final class GroupReader extends ParquetReader.Builder<Group> {
    GroupReader(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  /** A file as Parquet's reader asks for it. */
  private record StoredInput(FileSystem fs, ArtifactReader artifact, FileEntry file)
      implements InputFile {
    @Override
    public long getLength() {
      return file.bytes();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return HadoopStreams.wrap(fs.open(new Path(artifact.data(), file.path())));
    }
  }
}
