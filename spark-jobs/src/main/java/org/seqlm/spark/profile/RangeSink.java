package org.seqlm.spark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.WordTable;
import org.seqlm.profile.text.DocumentMeasures;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.LineMeasures;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.Tallies;
import org.seqlm.text.Tokenizer;

/** Takes the lines of one range, and holds its words, or spills them. */
final class RangeSink implements RangeLines.Sink {
  /** Groups of a range that are told apart; others are one. */
  static final int MOST_GROUPS = 1 << 14;

  /** Code points of a group's name. */
  private static final int LONGEST_NAME = 64;

  /** Words of one part. */
  private static final int PART = 1 << 14;

  private final ProfilingRules rules;
  private final TaskContext context;
  private final Tokenizer tokenizer;
  private final Tallies tallies = new Tallies();
  private final Histogram documentWords = tallies.histogram(Measures.DOCUMENT_WORDS);
  private final LineMeasures lines = new LineMeasures(tallies);
  private final DocumentMeasures measures;
  private final WordTable table = new WordTable();
  private final long mostBytes; // of the table
  private final SpilledWords spilled;
  private final Map<String, Integer> codes = new LinkedHashMap<>();
  private long[] groupDocuments = new long[16];
  private long[] groupTokens = new long[16];
  private final ProfiledRange range = new ProfiledRange();

  private String ofPath; // the group's name by the file
  private String[] values; // of the record
  private int group;
  private int pieces;
  private boolean begun; // a document of this range is open
  private boolean cutName; // of the group
  private long tokens; // of the open document, here

  /**
   * @param mostBytes that its table of words has, beyond the words of a document's measures and a
   *     line; no result depends on it
   * @param spilled where words go then
   */
  RangeSink(ProfilingRules rules, TaskContext context, long mostBytes, SpilledWords spilled) {
    this.rules = rules;
    this.context = context;
    this.mostBytes = mostBytes;
    this.spilled = spilled;
    tokenizer = Tokenizer.of(rules.tokenizer());
    measures = new DocumentMeasures(tallies, rules.spelling());
  }

  @Override
  public List<String> fields() {
    return rules.by() == null ? List.of() : List.of(rules.by());
  }

  @Override
  public void fields(String[] found) {
    values = found;
  }

  @Override
  public void startPiece(CorpusFile file, boolean goesOn) {
    ofPath = rules.by() == null ? null : ofPath(file, rules.by());
    values = null;
    begun = false;
    tokens = 0;
    if (pieces++ == 0) {
      range.goesOn = goesOn;
    }
    startGroup();
  }

  /** The value of a folder {@code by=VALUE}; of {@code source} else that of the corpus. */
  static String ofPath(CorpusFile file, String by) {
    String prefix = by + "=";
    String[] parts = file.path().split("/");
    for (int i = parts.length - 2; i >= 0; i--) {
      if (parts[i].startsWith(prefix)) {
        return parts[i].substring(prefix.length());
      }
    }
    return by.equals(DocumentFields.SOURCE) ? DocumentFields.source(file) : null;
  }

  private void startGroup() {
    String name = values != null && values[0] != null ? values[0] : ofPath;
    name = name == null ? "" : name.replaceAll("[\\p{Cntrl}\\p{Z}]+", " ").strip();
    cutName = name.codePointCount(0, name.length()) > LONGEST_NAME;
    if (cutName) {
      name = name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME));
    }
    name = name.isEmpty() ? CorpusProfile.Group.NONE : name;
    Integer code = codes.get(name);
    if (code == null) {
      name = codes.size() < MOST_GROUPS - 1 ? name : CorpusProfile.Group.OTHER;
      code = codes.computeIfAbsent(name, n -> codes.size());
    }
    group = code;
    table.startGroup(group);
    if (group >= groupTokens.length) {
      groupTokens = Arrays.copyOf(groupTokens, group * 2);
      groupDocuments = Arrays.copyOf(groupDocuments, group * 2);
    }
  }

  @Override
  public void startDocument() {
    end();
    if (values != null) {
      startGroup();
    }
    makeRoom();
    table.startDocument();
    groupDocuments[group]++;
    tallies.add(Measures.CUT_GROUP_NAMES, cutName ? 1 : 0);
    begun = true;
  }

  /** The open document ends before what comes next. */
  private void end() {
    if (begun) {
      measures.end();
      documentWords.add(tokens);
    } else if (pieces == 1 && range.goesOn && !range.headEnds) {
      range.headTokens = tokens;
      range.headEnds = true;
    }
    begun = false;
    tokens = 0;
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    makeRoom();
    lines.line(utf8, from, to);
    if (begun) {
      measures.line(utf8, from, to);
    }
    tokenizer.tokenize(utf8, from, to, this::word);
  }

  /** Empties a full table, unless a document is being measured by the numbers of its words. */
  private void makeRoom() {
    if (table.memory() > mostBytes && (!begun || measures.isFull())) {
      try {
        spilled.add(table);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      table.clear();
    }
  }

  private void word(byte[] utf8, int from, int to) {
    int id = table.add(utf8, from, to);
    if (begun) {
      measures.word(id);
    }
    tokens++;
    groupTokens[group]++;
  }

  @Override
  public void endPiece(boolean goesOn) {
    if (!goesOn) {
      end();
    } else if (begun) {
      measures.end();
      range.tailGoesOn = true;
      range.tailTokens = tokens;
    } else if (pieces == 1 && range.goesOn) {
      range.headTokens = tokens;
    }
    begun = false;
    tokens = 0;
  }

  /**
   * What was found, after all pieces: the range, then its words, part by part as they are asked
   * for.
   */
  Iterator<ProfiledRange> take(int index) throws IOException {
    lines.end();
    range.index = index;
    range.tallies = tallies;
    range.groups = codes.keySet().toArray(String[]::new);
    range.groupDocuments = Arrays.copyOf(groupDocuments, range.groups.length);
    range.groupTokens = Arrays.copyOf(groupTokens, range.groups.length);
    range.tokens = table.tokens();
    Iterator<ProfiledRange.Words> early = spilled.read(PART);
    return new Iterator<>() {
      private boolean begun;
      private int from; // in the table

      @Override
      public boolean hasNext() {
        return !begun || early.hasNext() || from < table.size();
      }

      @Override
      public ProfiledRange next() {
        if (!begun) {
          begun = true;
          return range;
        }
        if (early.hasNext()) {
          return part(early.next());
        }
        if (from >= table.size()) {
          throw new NoSuchElementException();
        }
        ProfiledRange.Words words = words(from);
        from += words.words.length;
        return part(words);
      }
    };
  }

  private ProfiledRange part(ProfiledRange.Words words) {
    ProfiledRange part = new ProfiledRange();
    part.index = range.index;
    part.words = words;
    return part;
  }

  private ProfiledRange.Words words(int from) {
    int n = Math.min(PART, table.size() - from);
    ProfiledRange.Words words = new ProfiledRange.Words(n);
    for (int i = 0; i < n; i++) {
      words.words[i] = table.word(from + i);
      words.groups[i] = table.groupOf(from + i);
      words.rows[i] = table.row(from + i);
    }
    return words;
  }

  ProfiledRange range() {
    return range;
  }
}
