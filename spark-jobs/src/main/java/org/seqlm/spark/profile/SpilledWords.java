package org.seqlm.spark.profile;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledBytes;
import org.seqlm.profile.WordTable;

/**
 * Words of a range that its table has no more room for, stretch by stretch in the order of the
 * text: in memory and, beyond a bound, on the disk.
 */
final class SpilledWords implements Closeable {
  private final SpilledBytes records;
  private long size;

  SpilledWords(Spill spill) {
    records = new SpilledBytes(spill);
  }

  /** Takes all words of a table. */
  void add(WordTable table) throws IOException {
    for (int id = 0; id < table.size(); id++) {
      Bytes record = records.next();
      byte[] word = table.word(id);
      record.writeNumber(word.length);
      record.write(word, 0, word.length);
      record.writeNumber(table.groupOf(id));
      for (long number : table.row(id)) {
        record.writeNumber(number);
      }
      records.written();
    }
    size += table.size();
  }

  /**
   * All of them, in their order; nothing more is added then.
   *
   * @param most of a part
   */
  Iterator<ProfiledRange.Words> read(int most) throws IOException {
    InputStream in = new BufferedInputStream(records.open(), 1 << 16);
    return new Iterator<>() {
      private long left = size;

      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public ProfiledRange.Words next() {
        if (left == 0) {
          throw new NoSuchElementException();
        }
        try {
          ProfiledRange.Words words = some(in, (int) Math.min(most, left));
          left -= words.words.length;
          return words;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static ProfiledRange.Words some(InputStream in, int n) throws IOException {
    ProfiledRange.Words words = new ProfiledRange.Words(n);
    for (int i = 0; i < n; i++) {
      int length = (int) Bytes.readNumber(in);
      words.words[i] = in.readNBytes(length);
      if (words.words[i].length < length) {
        throw new EOFException("words of a range are cut short");
      }
      words.groups[i] = (int) Bytes.readNumber(in);
      words.rows[i] = new long[WordTable.ROW];
      for (int j = 0; j < WordTable.ROW; j++) {
        words.rows[i][j] = Bytes.readNumber(in);
      }
    }
    return words;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
