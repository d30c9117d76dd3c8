package org.seqlm.spark.quality;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.filtered.KeptFiles;
import org.seqlm.corpus.filtered.PartPlace;
import org.seqlm.corpus.filtered.RemovedFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.quality.Document;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterCounts;
import org.seqlm.quality.Rule;
import org.seqlm.store.Paths;
import org.seqlm.text.Utf8;

/**
 * Judges the documents of a part one after the other, writes them, and counts. Of a document of
 * text it needs no more than what is judged: what follows is written, or not, as it comes. What is
 * closed before it is kept leaves nothing.
 */
final class PartFiltering implements Closeable {
  private final FilterSettings.Task task;
  private final FilterChain chain;
  private final List<Rule> rules;
  private final int most;
  private final KeptFiles kept;
  private final RemovedFile removed;
  private final FilteredPart part;

  // Of a document that goes on behind what was judged of it; null where there is none.
  private FilterChain.Verdict verdict;
  private boolean rewritten; // whether its lines go through the filters' edits
  private boolean anyChange;
  private long bytes;
  private long keptBytes;
  private long lines;

  PartFiltering(
      Configuration conf,
      FilterSettings.Task task,
      FilterChain chain,
      int range,
      int cut,
      long attempt)
      throws IOException {
    this.task = task;
    this.chain = chain;
    rules = chain.rules();
    most = task.settings().mostJudged();
    Path folder = new Path(task.folder());
    PartPlace place = new PartPlace(Paths.plain(folder, conf), folder, range, cut, attempt);
    kept = new KeptFiles(place, task.textField());
    removed =
        task.settings().removed() == FilterSettings.Removed.WRITTEN
            ? new RemovedFile(place, task.textField())
            : null;
    part = new FilteredPart(rules.size(), task.settings().examples());
  }

  /** What it came to. */
  FilteredPart part() {
    return part;
  }

  /** Whether so much is more than is judged, so that {@link #beginLong} may take it. */
  boolean isLong(HeldDocument held) {
    return held.length() - 1 > most;
  }

  /** A document that is held whole. */
  void document(HeldDocument held, KeptRecord record) throws IOException {
    if (record == null) {
      beginLong(held);
    } else {
      record(held, record);
    }
    end(held);
  }

  private void record(HeldDocument held, KeptRecord record) throws IOException {
    kept.from(held.file());
    Document text = new Document(held.bytes(), 0, held.length() - 1);
    verdict = chain.judge(text, most);
    anyChange = verdict.text() != text;
    bytes = held.length();
    lines = held.lines();
    if (!verdict.keeps()) {
      refuse(held, held.judged(most), record);
      return;
    }
    Document left = verdict.text();
    keptBytes = left.bytes() + 1L;
    kept.record(record, anyChange ? Arrays.copyOfRange(left.utf8(), left.from(), left.to()) : null);
  }

  /** Judges a document of text by what is held of it, all or its beginning, and writes that. */
  void beginLong(HeldDocument held) throws IOException {
    kept.from(held.file());
    Document judged = held.judged(most);
    verdict = chain.judge(judged);
    rewritten = chain.editsLines();
    anyChange = verdict.text() != judged;
    bytes = held.length();
    lines = held.lines();
    keptBytes = bytes;
    if (!verdict.keeps()) {
      refuse(held, judged, null);
      return;
    }
    if (anyChange) {
      int left = verdict.text().bytes();
      keptBytes += left - judged.bytes() - (left == 0 ? 1 : 0);
    }
    writeHeld(held, judged);
  }

  private void writeHeld(HeldDocument held, Document judged) throws IOException {
    DocumentUnit unit = held.file().document();
    Document text = verdict.text();
    if (!anyChange && !(rewritten && judged.to() < held.length() - 1)) {
      if (held.length() > 0 || unit == DocumentUnit.FILE) {
        kept.startText(unit);
        // A file ends as it did; of others each line is one.
        kept.text(held.bytes(), 0, unit == DocumentUnit.FILE ? held.end() : held.length());
      }
      return;
    }
    boolean nothing = text.bytes() == 0 && judged.to() >= held.length() - 1;
    if (nothing && unit != DocumentUnit.FILE) {
      keptBytes = 0;
      return;
    }
    kept.startText(unit);
    if (text.bytes() > 0) {
      kept.text(text.utf8(), text.from(), text.to());
      kept.text(new byte[] {'\n'}, 0, 1);
    }
    for (int at = judged.to() + 1; at < held.length(); ) {
      int to = Utf8.lineEnd(held.bytes(), at, held.length());
      keptBytes -= to - at + 1;
      edit(held.bytes(), at, to);
      at = to + 1;
    }
  }

  /** A line of the long document, behind what was held. */
  void more(byte[] utf8, int from, int to, boolean terminated) throws IOException {
    bytes += to - from + 1;
    lines++;
    if (!verdict.keeps()) {
      return;
    }
    if (rewritten) {
      edit(utf8, from, to);
      return;
    }
    keptBytes += to - from + 1;
    kept.text(utf8, from, to);
    if (terminated) {
      kept.text(new byte[] {'\n'}, 0, 1);
    }
  }

  private void edit(byte[] utf8, int from, int to) throws IOException {
    String line = new String(utf8, from, to - from, StandardCharsets.UTF_8);
    String edited = chain.edit(line, verdict.dropped());
    anyChange |= !line.equals(edited);
    if (edited != null) {
      byte[] written = (edited + "\n").getBytes(StandardCharsets.UTF_8);
      keptBytes += written.length;
      kept.text(written, 0, written.length);
    }
  }

  /** The long document ends. */
  void endLong(HeldDocument held) {
    end(held);
  }

  private void end(HeldDocument held) {
    part.counts.add(
        task.source(DocumentFields.source(held.file())),
        rules,
        verdict,
        new FilterCounts.DocumentSize(
            bytes, verdict.keeps() ? keptBytes : 0, lines, anyChange, bytes - 1 > most));
    verdict = null;
  }

  private void refuse(HeldDocument held, Document judged, KeptRecord record) throws IOException {
    int rule = verdict.removedBy();
    String path = held.file().path();
    long key = Examples.key(task.settings().seed(), held.file().relative(), held.record());
    if (part.examples.wants(rule, key)) {
      int to = judged.to();
      String shown =
          new String(
              judged.utf8(), 0, Math.min(to, (Examples.SHOWN + 1) * 4), StandardCharsets.UTF_8);
      part.examples.add(
          rule,
          new Examples.Example(
              key,
              path,
              held.record(),
              verdict.values()[rule],
              shown.codePointCount(0, shown.length()) <= Examples.SHOWN
                  ? shown
                  : shown.substring(0, shown.offsetByCodePoints(0, Examples.SHOWN))));
    }
    if (removed != null) {
      List<RemovedFile.Reason> reasons = new ArrayList<>();
      for (int i = rule; i < rules.size(); i++) {
        if (rules.get(i).removes(verdict.values()[i])) {
          reasons.add(
              new RemovedFile.Reason(
                  rules.get(i).name(), verdict.values()[i], rules.get(i).bound()));
        }
      }
      removed.write(
          held.file(),
          held.record(),
          reasons,
          string(judged),
          judged.to() < held.length() - 1,
          record);
    }
  }

  private static String string(Document document) {
    return new String(document.utf8(), document.from(), document.bytes(), StandardCharsets.UTF_8);
  }

  /** Ends the files, which appear. */
  void keep() throws IOException {
    part.files.addAll(kept.keep());
    if (removed != null) {
      part.files.addAll(removed.keep());
    }
  }

  @Override
  public void close() throws IOException {
    try (KeptFiles first = kept;
        RemovedFile second = removed) {
      // Both are closed, whatever becomes of the other.
    }
  }
}
