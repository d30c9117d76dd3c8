package org.seqlm.corpus;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.netpreserve.jwarc.HttpResponse;
import org.netpreserve.jwarc.MediaType;
import org.netpreserve.jwarc.MessageBody;
import org.netpreserve.jwarc.ParsingException;
import org.netpreserve.jwarc.WarcConversion;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcRecord;
import org.netpreserve.jwarc.WarcResource;
import org.netpreserve.jwarc.WarcResponse;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.text.Utf8;

/**
 * The texts of a WARC file (ISO 28500), a WET file of Common Crawl's among them: conversions,
 * resources and responses whose payload is {@code text/plain}. What other records hold is left out:
 * text is not taken out of HTML here. A file that breaks off, or in which no next record can be
 * found, is read to there.
 */
final class WarcPieceReader extends PieceReader {
  /** What a record came to: its text, or why it has none. */
  private record Found(byte[] utf8, BadKind bad, WarcRecord record) {
    static Found bad(BadKind kind) {
      return new Found(null, kind, null);
    }
  }

  /** Bytes that the first line, the format's version, surely ends in. */
  private static final int FIRST_LINE = 64;

  private final CorpusSource source;
  private final Sink sink;
  private final StoredFile stored;
  private final InputStream in;
  private final WarcReader reader;
  private final boolean bareLineFeeds;
  private long read; // bytes of the file
  private long record = -1;

  WarcPieceReader(
      Configuration conf,
      CorpusSource source,
      CorpusRange.Piece piece,
      Sink sink,
      LongConsumer progress)
      throws IOException {
    this.source = source;
    this.sink = sink;
    stored = new StoredFile(conf, piece.file().path());
    InputStream raw = null;
    try {
      raw =
          stored.open(
              0,
              bytes -> {
                read += bytes;
                progress.accept(bytes);
              });
      Compression compression = piece.file().compression();
      in = new BufferedInputStream(compression.unpack(conf, raw, source.maxZstdWindowLog()));
      bareLineFeeds = bareLineFeeds(in);
      reader = new WarcReader(in);
    } catch (IOException | RuntimeException e) {
      if (raw != null) {
        raw.close();
      }
      throw stored.classify(e);
    }
  }

  @Override
  boolean step() throws IOException {
    Found found;
    try {
      WarcRecord next = reader.next().orElse(null);
      if (next == null) {
        stored.requireNoFailure();
        return false;
      }
      found = found(next);
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw stored.classify(explained(e));
    }
    record++;
    if (found.bad() != null) {
      sink.bad(found.bad(), record);
      return true;
    }
    if (sink.keepsRecords()) {
      sink.record(kept(found));
    }
    sink.text(found.utf8(), 0, found.utf8().length, record);
    return true;
  }

  /** Whether the first line begins an archive, but does not end as lines of its heads do. */
  private static boolean bareLineFeeds(InputStream in) throws IOException {
    in.mark(FIRST_LINE);
    String begin = new String(in.readNBytes(FIRST_LINE), StandardCharsets.ISO_8859_1);
    in.reset();
    int feed = begin.indexOf('\n');
    return begin.startsWith("WARC/") && feed > 0 && begin.charAt(feed - 1) != '\r';
  }

  /** What the library means, in words for people. */
  private Exception explained(Exception complaint) {
    if (bareLineFeeds) {
      return new IOException(
          "its lines end with LF, but those of an archive's heads with CRLF: write it with CRLF,"
              + " or take a copy that nothing has turned into another text");
    }
    return complaint instanceof EOFException
        ? new EOFException("it breaks off at byte " + read + ", in record " + (record + 2))
        : complaint;
  }

  private Found found(WarcRecord next) throws IOException {
    if (next instanceof WarcConversion || next instanceof WarcResource) {
      return isText(next.contentType()) ? text(next, next.body(), next.contentType()) : OTHER;
    }
    if (!(next instanceof WarcResponse response)
        || !response.contentType().base().equals(MediaType.HTTP)) {
      return Found.bad(BadKind.NO_DOCUMENT);
    }
    HttpResponse http;
    try {
      http = response.http();
    } catch (ParsingException e) {
      return Found.bad(BadKind.BAD_WARC);
    }
    MediaType type = http.contentType();
    if (!isText(type)) {
      return OTHER;
    }
    try {
      return text(next, http.bodyDecoded(), type);
    } catch (IOException e) {
      if (stored.failed()) {
        throw e;
      }
      // Its own coding is damaged, or nobody here knows it. If it is the file, the next step fails.
      return Found.bad(BadKind.BAD_WARC);
    }
  }

  private static final Found OTHER = Found.bad(BadKind.OTHER_TYPE);

  private static boolean isText(MediaType type) {
    return type.base().equals(MediaType.PLAIN_TEXT);
  }

  private Found text(WarcRecord of, MessageBody body, MediaType type) throws IOException {
    byte[] bytes = body.stream().readNBytes(source.mostHeld() + 1);
    if (bytes.length > source.mostHeld()) {
      return Found.bad(BadKind.OVER_LONG);
    }
    String name = type.parameters().getOrDefault("charset", "utf-8");
    byte[] utf8 = bytes;
    if (!name.equalsIgnoreCase("utf-8") && !name.equalsIgnoreCase("us-ascii")) {
      try {
        String text = Charset.forName(name).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        utf8 = text.getBytes(StandardCharsets.UTF_8);
      } catch (CharacterCodingException | IllegalArgumentException e) {
        return Found.bad(BadKind.INVALID_UTF8);
      }
    }
    return Utf8.isValid(utf8, 0, utf8.length)
        ? new Found(utf8, null, of)
        : Found.bad(BadKind.INVALID_UTF8);
  }

  /** The record as an object of JSON: where and when it is from, and its text. */
  private KeptRecord kept(Found found) {
    List<String> fields = new ArrayList<>();
    var object = Json.mapper().createObjectNode();
    object.put("url", url(found.record()));
    object.put("date", found.record().headers().first("WARC-Date").orElse(null));
    object.put("id", found.record().headers().first("WARC-Record-ID").orElse(null));
    object.put(
        "language",
        found.record().headers().first("WARC-Identified-Content-Language").orElse(null));
    object.put(source.textField(), new String(found.utf8(), StandardCharsets.UTF_8));
    object.fieldNames().forEachRemaining(fields::add);
    return new KeptRecord.Json(object.toString().getBytes(StandardCharsets.UTF_8), fields);
  }

  /** Where it is from: the first, if a record names several; earlier WARC has it in brackets. */
  private static String url(WarcRecord record) {
    return record
        .headers()
        .first("WARC-Target-URI")
        .map(
            uri ->
                uri.startsWith("<") && uri.endsWith(">") ? uri.substring(1, uri.length() - 1) : uri)
        .orElse(null);
  }

  @Override
  long record() {
    return record;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
