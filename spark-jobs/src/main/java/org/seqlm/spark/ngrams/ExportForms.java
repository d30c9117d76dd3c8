package org.seqlm.spark.ngrams;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.seqlm.ngram.arpa.ArpaText;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.files.CountText;
import org.seqlm.ngram.files.NgramTables;
import org.seqlm.ngram.files.NgramTsv;
import org.seqlm.ngram.files.SortedUnigrams;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;

/**
 * The forms in which a task writes one slice's n-grams, or the unigrams: opens the files of all
 * that are wanted side by side, has the n-grams walked through once, and keeps what was written.
 */
final class ExportForms {
  /** Part of the heap for unigrams that are sorted. */
  private static final double SORT = 0.1;

  private final NgramExport.Targets targets;
  private final NgramExport.Model model;
  private final Passages passages;
  private final CorpusVocabulary.Source words;
  private final Configuration conf;
  private final List<ExportedFile> written = new ArrayList<>();

  ExportForms(
      NgramExport.Targets targets,
      NgramExport.Model model,
      Passages passages,
      CorpusVocabulary.Source words,
      Configuration conf) {
    this.targets = targets;
    this.model = model;
    this.passages = passages;
    this.words = words;
    this.conf = conf;
  }

  /** Sends all n-grams to a sink a form. */
  @FunctionalInterface
  interface Walking {
    void walk(List<NgramSink> sinks) throws IOException;
  }

  /** Writes the unigrams. */
  void unigrams(Walking walking) throws IOException {
    List<Form> forms = new ArrayList<>();
    if (targets.arpaParts() != null) {
      forms.add(unigramArpa());
    }
    if (targets.parquet() != null) {
      forms.add(parquet(1, 1, 0));
    }
    if (targets.tsv() != null) {
      forms.add(unigramText());
    }
    open(forms, new ArrayList<>(), walking);
  }

  /**
   * Writes a slice: n-grams of the orders 2 to {@code order}.
   *
   * @param needed tells which words are to be spelled
   */
  void slice(int slice, int order, CorpusVocabulary.Needed needed, Walking walking)
      throws IOException {
    Spellings spellings =
        targets.arpaParts() == null && targets.tsv() == null ? null : words.some(conf, needed);
    List<Form> forms = new ArrayList<>();
    if (targets.arpaParts() != null) {
      forms.add(arpa(order, slice, spellings));
    }
    if (targets.parquet() != null) {
      forms.add(parquet(2, order, slice));
    }
    if (targets.tsv() != null) {
      forms.add(text(order, slice, spellings));
    }
    open(forms, new ArrayList<>(), walking);
  }

  /** The files that were written, but for the parts of an ARPA file. */
  List<ExportedFile> written() {
    return written;
  }

  /** Opens a form's files, has their sink filled, and closes them. */
  @FunctionalInterface
  private interface Form {
    void write(Filling filling) throws IOException;
  }

  @FunctionalInterface
  private interface Filling {
    void fill(NgramSink sink) throws IOException;
  }

  /** Opens all forms, one within the other. */
  private static void open(List<Form> forms, List<NgramSink> sinks, Walking walking)
      throws IOException {
    if (sinks.size() == forms.size()) {
      walking.walk(sinks);
      return;
    }
    forms
        .get(sinks.size())
        .write(
            sink -> {
              sinks.add(sink);
              open(forms, sinks, walking);
            });
  }

  private Form arpa(int last, int slice, Spellings spellings) {
    String[] names =
        IntStream.rangeClosed(2, last)
            .mapToObj(n -> ArpaParts.name(n, slice))
            .toArray(String[]::new);
    return filling ->
        ArpaParts.write(
            targets.arpaParts(),
            conf,
            names,
            outs -> filling.fill(new ArpaText(outs, 2, spellings, passages)));
  }

  private Form unigramArpa() {
    return filling ->
        ArpaParts.write(
            targets.arpaParts(),
            conf,
            new String[] {ArpaParts.name(1, 0)},
            outs -> readAll(all -> filling.fill(ArpaText.unigrams(outs[0], all, passages))));
  }

  private Form parquet(int first, int last, int slice) {
    NgramTables.Columns columns =
        model == NgramExport.Model.NONE
            ? NgramTables.Columns.COUNTS
            : NgramTables.Columns.COUNTS_AND_MODEL;
    Path folder = new Path(targets.parquet());
    List<String> paths =
        IntStream.rangeClosed(first, last).mapToObj(n -> NgramTables.ngrams(n, slice)).toList();
    return filling -> {
      FileSystem fs = Paths.plain(folder, conf);
      long attempt = TaskContext.get().taskAttemptId();
      add(
          ExportedFile.Form.PARQUET,
          HashedFile.writeAll(
              fs,
              folder,
              paths,
              attempt,
              outs -> filling.fill(new NgramTables.Rows(outs, first, conf, columns))));
      if (first == 1) {
        add(
            ExportedFile.Form.PARQUET,
            List.of(
                HashedFile.write(
                    fs,
                    folder,
                    NgramTables.DICTIONARY,
                    attempt,
                    out -> readAll(all -> NgramTables.writeDictionary(out, conf, all)))));
      }
    };
  }

  private Form text(int last, int slice, Spellings spellings) {
    List<String> paths =
        IntStream.rangeClosed(2, last).mapToObj(n -> NgramTsv.ngrams(n, slice)).toList();
    return filling ->
        compressed(
            paths, outs -> filling.fill(new CountText(outs, 2, CountText.escaped(spellings))));
  }

  private Form unigramText() {
    return filling ->
        compressed(NgramTsv.UNIGRAMS, outs -> readAll(all -> sort(all, outs, filling)));
  }

  private void sort(Iterator<PackedTokens> all, OutputStream[] outs, Filling filling)
      throws IOException {
    Spill spill = TaskMemory.spill(SORT, "unigrams");
    try (SortedUnigrams unigrams = new SortedUnigrams(outs, all, passages, spill)) {
      filling.fill(unigrams);
    }
  }

  /** Writes files of text, those whose names end in {@code .gz} compressed. */
  private void compressed(List<String> paths, HashedFile.Contents contents) throws IOException {
    Path folder = new Path(targets.tsv());
    add(
        ExportedFile.Form.TSV,
        HashedFile.writeAll(
            Paths.plain(folder, conf),
            folder,
            paths,
            TaskContext.get().taskAttemptId(),
            outs -> {
              OutputStream[] streams = outs.clone();
              for (int i = 0; i < outs.length; i++) {
                if (paths.get(i).endsWith(".gz")) {
                  streams[i] = new GZIPOutputStream(outs[i], 1 << 16);
                }
              }
              contents.writeTo(streams);
              for (OutputStream stream : streams) {
                if (stream instanceof GZIPOutputStream gzip) {
                  gzip.finish();
                }
              }
            }));
  }

  @FunctionalInterface
  private interface Reading {
    void read(Iterator<PackedTokens> words) throws IOException;
  }

  /** Has all words read, or as many as are needed. */
  private void readAll(Reading reading) throws IOException {
    Iterator<PackedTokens> all = words.all(conf);
    try (Closeable files = all instanceof Closeable open ? open : () -> {}) {
      reading.read(all);
    }
  }

  private void add(ExportedFile.Form form, List<FileEntry> files) {
    files.forEach(file -> written.add(new ExportedFile(form, file)));
  }
}
