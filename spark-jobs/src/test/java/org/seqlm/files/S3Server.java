package org.seqlm.files;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of S3 that Hadoop's S3A needs for files below its multipart size, on a port of this
 * machine: objects of any bucket in memory, put, copied, read in ranges, listed, removed one by one
 * and many at once, and put only where there is none ({@code If-None-Match: *}). Signatures are not
 * checked.
 */
public final class S3Server implements AutoCloseable {
  private static final DateTimeFormatter HTTP =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  static {
    // Else each answer waits 40 ms for the client's acknowledgement of its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private record StoredObject(byte[] bytes, String etag, Instant modified) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final NavigableMap<String, StoredObject> objects = new ConcurrentSkipListMap<>();
  private final StoreCalls calls;
  private volatile Predicate<String> lost = request -> false;
  private volatile Predicate<String> throttled = request -> false;

  /** Starts it. */
  public S3Server() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    calls = StoreCalls.of(endpoint());
  }

  /** Its address, for {@code fs.s3a.endpoint}. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What S3A must be told to find it, whatever it is started by. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    settings.put("fs.s3a.endpoint", endpoint());
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put("fs.s3a.access.key", "key");
    settings.put("fs.s3a.secret.key", "secret");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("fs.s3a.attempts.maximum", "3");
    settings.put("fs.s3a.retry.limit", "3");
    settings.put("fs.s3a.retry.interval", "20ms");
    // A twentieth of what it is by default.
    settings.put("fs.s3a.retry.throttle.interval", "5ms");
    // S3A 3.3.4 cannot send a buffer in memory a second time.
    settings.put("fs.s3a.fast.upload.buffer", "disk");
    settings.put("fs.s3a.buffer.dir", System.getProperty("java.io.tmpdir"));
    return settings;
  }

  /** Its requests, which are counted as calls. */
  public StoreCalls calls() {
    return calls;
  }

  /**
   * Requests that are carried out, but whose answer is lost.
   *
   * @param requests their method and path, as {@code PUT /bucket/key}
   */
  public void loseAnswers(Predicate<String> requests) {
    lost = requests;
  }

  /**
   * Requests that are not carried out, but answered as S3 does when there are too many.
   *
   * @param requests their method and path, as {@code PUT /bucket/key}
   */
  public void throttle(Predicate<String> requests) {
    throttled = requests;
  }

  /** All objects, by bucket and key. */
  public Map<String, byte[]> content() {
    Map<String, byte[]> all = new TreeMap<>();
    objects.forEach((key, object) -> all.put(key, object.bytes()));
    return all;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    StoreCalls.forget(endpoint());
  }

  /** What is sent back. */
  private record Answer(int status, byte[] body) {
    static final Answer DONE = new Answer(200, new byte[0]);
    static final Answer NO_CONTENT = new Answer(204, new byte[0]);

    static Answer xml(int status, String text) {
      return new Answer(
          status,
          ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text).getBytes(StandardCharsets.UTF_8));
    }

    static Answer error(int status, String code) {
      return xml(status, "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      // Encoded, as slashes of keys are not, but colons are.
      String path = exchange.getRequestURI().getPath();
      String request = exchange.getRequestMethod() + " " + path;
      byte[] body = body(exchange);
      Answer answer;
      try {
        answer =
            throttled.test(request)
                ? Answer.error(503, "SlowDown")
                : calls.call(
                    exchange.getRequestMethod(), path, () -> carryOut(exchange, path, body));
      } catch (StoreCalls.Injected e) {
        return; // the connection ends
      } catch (RuntimeException e) {
        answer = Answer.error(500, "InternalError");
      }
      if (lost.test(request)) {
        return;
      }
      boolean empty = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
      if (answer.status() >= 300 || answer.body().length > 0 && answer.body()[0] == '<') {
        exchange
            .getResponseHeaders()
            .putIfAbsent("Content-Type", java.util.List.of("application/xml"));
      }
      exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
      if (!empty) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    String hash = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
    return hash != null && hash.startsWith("STREAMING") ? unchunked(bytes) : bytes;
  }

  /** Of chunks that each have a line with their length and signature. */
  private static byte[] unchunked(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < bytes.length) {
      int end = at;
      while (bytes[end] != '\r') {
        end++;
      }
      String line = new String(bytes, at, end - at, StandardCharsets.US_ASCII);
      int length = Integer.parseInt(line.split(";")[0], 16);
      out.write(bytes, end + 2, length);
      at = end + 2 + length + 2;
      if (length == 0) {
        break;
      }
    }
    return out.toByteArray();
  }

  private Answer carryOut(HttpExchange exchange, String path, byte[] body) {
    Map<String, String> query = query(exchange.getRequestURI());
    boolean bucket = path.indexOf('/', 1) < 0 || path.indexOf('/', 1) == path.length() - 1;
    return switch (exchange.getRequestMethod()) {
      case "PUT" -> bucket ? Answer.DONE : put(exchange, path, body);
      case "HEAD" -> bucket ? Answer.DONE : get(exchange, path);
      case "GET" -> bucket ? list(path, query) : get(exchange, path);
      case "DELETE" -> {
        objects.remove(path);
        yield Answer.NO_CONTENT;
      }
      case "POST" -> query.containsKey("delete") ? removeAll(path, body) : unknown();
      default -> unknown();
    };
  }

  private static Answer unknown() {
    return Answer.error(501, "NotImplemented");
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    String raw = uri.getRawQuery();
    for (String each : raw == null ? new String[0] : raw.split("&")) {
      String[] pair = each.split("=", 2);
      query.put(pair[0], pair.length < 2 ? "" : decoded(pair[1]));
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private Answer put(HttpExchange exchange, String path, byte[] body) {
    String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
    StoredObject copied = null;
    if (source != null) {
      copied = objects.get("/" + decoded(source.replace("+", "%2B")).replaceFirst("^/", ""));
      if (copied == null) {
        return Answer.error(404, "NoSuchKey");
      }
    }
    byte[] bytes = copied == null ? body : copied.bytes();
    StoredObject object = new StoredObject(bytes, md5(bytes), Instant.now());
    if ("*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      if (objects.putIfAbsent(path, object) != null) {
        return Answer.error(412, "PreconditionFailed");
      }
    } else {
      objects.put(path, object);
    }
    exchange.getResponseHeaders().set("ETag", "\"" + object.etag() + "\"");
    return copied == null
        ? Answer.DONE
        : Answer.xml(
            200,
            "<CopyObjectResult><LastModified>"
                + iso(object)
                + "</LastModified><ETag>\""
                + object.etag()
                + "\"</ETag></CopyObjectResult>");
  }

  private static String iso(StoredObject object) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
        .withZone(ZoneOffset.UTC)
        .format(object.modified());
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer get(HttpExchange exchange, String path) {
    StoredObject object = objects.get(path);
    if (object == null) {
      return Answer.error(404, "NoSuchKey");
    }
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", "\"" + object.etag() + "\"");
    headers.set("Last-Modified", HTTP.format(object.modified()));
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", "application/octet-stream");
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    if (match != null && !match.replace("\"", "").equals(object.etag())) {
      return Answer.error(412, "PreconditionFailed");
    }
    int length = object.bytes().length;
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(length));
      return Answer.DONE;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher matcher = Pattern.compile("bytes=(\\d+)-(\\d*)").matcher(range == null ? "" : range);
    if (!matcher.matches()) {
      return new Answer(200, object.bytes());
    }
    int from = Integer.parseInt(matcher.group(1));
    int last =
        matcher.group(2).isEmpty()
            ? length - 1
            : (int) Math.min(length - 1L, Long.parseLong(matcher.group(2)));
    if (from >= length) {
      return Answer.error(416, "InvalidRange");
    }
    headers.set("Content-Range", "bytes " + from + "-" + last + "/" + length);
    return new Answer(206, Arrays.copyOfRange(object.bytes(), from, last + 1));
  }

  private Answer list(String bucket, Map<String, String> query) {
    String root = bucket.endsWith("/") ? bucket : bucket + "/";
    String prefix = query.getOrDefault("prefix", "");
    String delimiter = query.getOrDefault("delimiter", "");
    int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
    String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
    Map<String, StoredObject> entries = new TreeMap<>();
    boolean more = false;
    String last = "";
    for (Map.Entry<String, StoredObject> each : objects.tailMap(root + prefix, true).entrySet()) {
      if (!each.getKey().startsWith(root + prefix)) {
        break;
      }
      String key = each.getKey().substring(root.length());
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String name = end < 0 ? key : key.substring(0, end + delimiter.length());
      if (name.compareTo(after) <= 0 || entries.containsKey(name)) {
        continue;
      }
      if (entries.size() == most) {
        more = true;
        break;
      }
      entries.put(name, end < 0 ? each.getValue() : null);
      last = name;
    }
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    xml.append("<Name>").append(root, 1, root.length() - 1).append("</Name>");
    xml.append("<Prefix>").append(escaped(prefix)).append("</Prefix>");
    xml.append("<KeyCount>").append(entries.size()).append("</KeyCount>");
    xml.append("<MaxKeys>").append(most).append("</MaxKeys>");
    xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
    if (more) {
      xml.append("<NextContinuationToken>")
          .append(escaped(last))
          .append("</NextContinuationToken>");
    }
    entries.forEach(
        (name, object) -> {
          if (object == null) {
            xml.append("<CommonPrefixes><Prefix>")
                .append(escaped(name))
                .append("</Prefix></CommonPrefixes>");
          } else {
            xml.append("<Contents><Key>").append(escaped(name)).append("</Key><LastModified>");
            xml.append(iso(object)).append("</LastModified><ETag>\"").append(object.etag());
            xml.append("\"</ETag><Size>").append(object.bytes().length).append("</Size>");
            xml.append("<StorageClass>STANDARD</StorageClass></Contents>");
          }
        });
    return Answer.xml(200, xml.append("</ListBucketResult>").toString());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private Answer removeAll(String bucket, byte[] body) {
    String root = bucket.endsWith("/") ? bucket : bucket + "/";
    Matcher keys = KEY.matcher(new String(body, StandardCharsets.UTF_8));
    while (keys.find()) {
      objects.remove(
          root
              + keys.group(1)
                  .replace("&lt;", "<")
                  .replace("&gt;", ">")
                  .replace("&quot;", "\"")
                  .replace("&amp;", "&"));
    }
    return Answer.xml(200, "<DeleteResult/>");
  }
}
