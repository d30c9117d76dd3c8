package org.seqlm.corpus.scores;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.lm.files.TableFile;
import org.seqlm.store.FileEntry;

/** Writes the rows of one part of a text. What is closed before it is kept leaves nothing. */
public final class ScoreWriter implements Closeable {
  private final TableFile file;

  /**
   * Begins the files.
   *
   * @param folder of the artifact
   * @param part the files' name without its extension, for instance {@code part-00007}
   * @param attempt distinguishes concurrent writers of the same files
   */
  public ScoreWriter(FileSystem fs, Path folder, String part, long attempt, ScoreForm form)
      throws IOException {
    file =
        TableFile.open(
            fs,
            folder,
            "scores/" + part + form.format().extension(),
            attempt,
            form.format(),
            ScoreFiles.typed(form.unit(), form.models()));
  }

  /**
   * A row.
   *
   * @param path of the file
   * @param record the (first) record's place in it, from 1
   * @param line its place in the record, or the lines of the document
   * @param scores what each model makes of it
   */
  public void row(String path, long record, long line, List<TextScore> scores) throws IOException {
    file.text(path).count(record).count(line);
    for (TextScore score : scores) {
      ScoreFiles.put(file, score);
    }
    file.endRow();
  }

  /**
   * Ends the files, which appear.
   *
   * @return their entries for the manifest
   */
  public List<FileEntry> keep() throws IOException {
    return List.of(file.keep());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
