package org.seqlm.spark.duplicates;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.duplicates.DocumentSketch;
import org.seqlm.duplicates.DocumentSketcher;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.SketchIndex;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * Writes the sketches of the documents that are no duplicates, a file a range, and where lines are
 * looked for the hashes of their lines: of each the 128 bits, the document's place among those of
 * the file, the line and its bytes, 40 bytes.
 */
final class KeptSketches extends TextReading.Sink {
  private final SketchFile.Writer file;
  private final DocumentSketcher sketcher;
  private final int firstFile;
  private final EqualLines.Lines lines; // null where they are not kept
  private int documents;
  private long[] place; // (id, file, record, bytes, words, lines)

  private KeptSketches(
      SketchFile.Writer file, DocumentSketcher sketcher, int firstFile, EqualLines.Lines lines) {
    this.lines = lines;
    this.file = file;
    this.sketcher = sketcher;
    this.firstFile = firstFile;
  }

  /**
   * Writes those of all ranges, and by what they were made.
   *
   * @param rows of what is there twice
   */
  static void write(
      AnalysisWriter analysis, TextPasses text, JavaRDD<long[]> rows, DuplicateSettings settings)
      throws IOException {
    String folder = analysis.folder().toString();
    int first = text.known().files().size();
    List<FileEntry[]> written =
        text.<FileEntry[]>asked(
                rows.filter(DuplicateTables::isDocument),
                (range, duplicates, task) -> {
                  List<FileEntry> entries =
                      write(new Path(folder), text, range, duplicates, settings, first, task);
                  return List.<FileEntry[]>of(entries.toArray(FileEntry[]::new)).iterator();
                })
            .collect();
    for (FileEntry[] entries : written) {
      for (FileEntry entry : entries) {
        analysis.add(entry);
      }
    }
    SketchIndex index =
        SketchIndex.of(settings, text.files().stream().map(CorpusFile::path).toList());
    FileSystem fs = Paths.plain(analysis.folder(), text.settings());
    analysis.add(
        HashedFile.write(
            fs,
            analysis.folder(),
            KnownDocuments.INDEX,
            0,
            out -> out.write(Json.mapper().writeValueAsBytes(index))));
  }

  /**
   * Writes those of a range.
   *
   * @param duplicates rows of the documents that are left out
   * @param firstFile the number of the text's first file, which is 0 in what is written
   */
  private static List<FileEntry> write(
      Path folder,
      TextPasses text,
      CorpusRange range,
      Iterator<long[]> duplicates,
      DuplicateSettings settings,
      int firstFile,
      TaskContext task)
      throws IOException {
    FileSystem fs = Paths.plain(folder, text.settings());
    String part = String.format(Locale.ROOT, "part-%05d", range.index());
    List<String> names = new ArrayList<>(List.of(KnownDocuments.FOLDER + part));
    if (settings.finds(DuplicateSettings.Find.EXACT_LINES)) {
      names.add(KnownDocuments.LINES + part);
    }
    return HashedFile.writeAll(
        fs,
        folder,
        names,
        task.taskAttemptId(),
        outs -> {
          try (SketchFile.Writer file = new SketchFile.Writer(outs[0])) {
            DataOutputStream rows = outs.length == 1 ? null : new DataOutputStream(outs[1]);
            KeptSketches sketches =
                new KeptSketches(
                    file,
                    DocumentPass.sketcher(settings),
                    firstFile,
                    rows == null
                        ? null
                        : new EqualLines.Lines(row -> add(rows, row), settings.lineBytes()));
            text.read(range, new DocumentsLeft.Without(sketches, duplicates), task, n -> {});
            if (rows != null) {
              rows.flush();
            }
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  private static void add(DataOutputStream out, long[] row) {
    try {
      for (long value : row) {
        out.writeLong(value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void begin(long id, CorpusFile from, int number, long record) {
    place = new long[] {id, number - firstFile, record, 0, 0, 0};
    sketcher.clear();
    if (lines != null) {
      lines.begin(documents, from, number, record);
    }
    documents++;
  }

  @Override
  void line(byte[] utf8, int from, int to, boolean terminated) {
    place[DocumentPass.BYTES] += to - from + (terminated ? 1 : 0);
    place[DocumentPass.WORDS] += DocumentPass.words(utf8, from, to);
    place[DocumentPass.LINES]++;
    sketcher.line(utf8, from, to);
    if (lines != null) {
      lines.line(utf8, from, to, terminated);
    }
  }

  @Override
  void end() throws IOException {
    DocumentSketch sketch = sketcher.end();
    file.write(DocumentPass.row(place, sketch), sketch.shingles());
  }
}
