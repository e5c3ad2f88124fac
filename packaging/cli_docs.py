"""Man pages and shell completions, made from what `--help` of the programs says."""
import re
import subprocess
from dataclasses import dataclass, field


@dataclass
class Option:
    names: list
    value: str  # "DIR", "a|b|c"; empty: a flag
    text: str

    @property
    def choices(self):
        return self.value.split("|") if "|" in self.value else []


@dataclass
class Command:
    name: str
    about: str
    usage: str = ""
    options: list = field(default_factory=list)
    commands: list = field(default_factory=list)
    examples: list = field(default_factory=list)


def read_help(path, name, *words, emulator=()):
    """What `PATH WORDS --help` says, as a Command."""
    lines = subprocess.run([*emulator, path, *words, "--help"], capture_output=True, text=True, check=True).stdout.splitlines()
    usage = next(i for i, line in enumerate(lines) if line.startswith("Usage:"))
    command = Command(name, " ".join(lines[:usage]).strip(), re.sub(r"^Usage: \S+", path.name, lines[usage]))
    section, entries = "", []
    for line in lines[usage + 1:]:
        if line and not line.startswith(" "):
            section = line.rstrip(":")
        elif re.match(r"  \S", line):
            entries.append([section, line.strip()])
        elif line.strip():
            entries[-1][1] += "  " + line.strip()
    for section, entry in entries:
        head, _, text = entry.partition("  ")
        text = " ".join(text.split())
        if section == "Options":
            command.options.append(read_option(head, text))
        elif section == "Examples":
            command.examples.append(entry)
        elif section == "Subcommands":
            command.commands.append(Command(head, text))
    return command


def read_option(head, text):
    environment = re.search(r"\(Env:(\w+)\)", head + " " + text)
    head = re.sub(r"\(Env:\w+\)|REQUIRED|Excludes:.*|\.\.\.", "", head).strip()
    text = re.sub(r"\s*\(Env:\w+\)", "", text).strip()
    names, _, value = head.partition(" ")
    value, _, default = value.partition("=")
    if default:
        text += f" (default: {default})"
    if environment:
        text += f" [{environment.group(1)}]"
    return Option([re.sub(r"\{.*\}", "", n) for n in names.split(",")], value.strip(), text)


def roff(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def man_page(program, others):
    def listed(options):
        return "".join(f".TP\n.B {roff(', '.join(o.names) + (' ' + o.value if o.value else ''))}\n{roff(o.text)}\n" for o in options)

    lines = [f'.TH "{program.name.upper()}" "1" "" "CloudEmu"', ".SH NAME", f"{roff(program.name)} \\- {roff(first_sentence(program.about))}",
             ".SH SYNOPSIS", f".B {roff(program.usage)}", ".SH DESCRIPTION", roff(program.about), ".SH OPTIONS"]
    text = "\n".join(lines) + "\n" + listed(program.options)
    if program.examples:
        text += ".SH EXAMPLES\n" + verbatim(program.examples)
    if others:
        text += ".SH COMMANDS\n"
        for command in others:
            text += f".SS {roff(command.usage)}\n{roff(command.about)}\n" + listed(o for o in command.options if "--help" not in o.names)
            text += verbatim(command.examples)
    return text + ".SH SEE ALSO\n/usr/share/doc/cloudemu\n"


def verbatim(lines):
    return ".PP\n.nf\n" + "".join(roff(line) + "\n" for line in lines) + ".fi\n" if lines else ""


def first_sentence(text):
    return text.split(". ")[0].rstrip(".")


def bash(program, others):
    own = " ".join(n for o in program.options for n in o.names)
    cases = "".join(f"      {c.name}) words=\"{' '.join(n for o in c.options for n in o.names)} {own}\" ;;\n" for c in others)
    values = "".join(f"    {'|'.join(o.names)}) COMPREPLY=($(compgen -W \"{' '.join(o.choices)}\" -- \"$cur\")); return ;;\n"
                     for o in all_options(program, others) if o.choices)
    files = "|".join(n for o in all_options(program, others) if o.value in ("DIR", "FILE") for n in o.names)
    function = "_" + program.name.replace("-", "_")
    commands = " ".join(c.name for c in others)
    search = f"""  local word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in
{cases}    esac
  done
""" if others else ""
    return f"""# bash completion for {program.name}
{function}() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" words="{commands} {own}"
  case "$prev" in
{values}    {files}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
{search}  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o filenames -F {function} {program.name}
"""


def all_options(program, others):
    seen = {}
    for option in [o for c in [program, *others] for o in c.options]:
        seen.setdefault(tuple(option.names), option)
    return list(seen.values())


def zsh(program, others):
    def quoted(text):
        return re.sub(r"([\[\]:\\])", r"\\\1", text.replace("'", "’"))

    def arguments(options):
        out = []
        for o in options:
            value = "" if not o.value else f":{quoted(o.value)}:" + (f"({' '.join(o.choices)})" if o.choices else
                                                                    "_files" if o.value in ("DIR", "FILE") else "")
            out += [f"'{name}[{quoted(o.text)}]{value}'" for name in o.names]
        return " \\\n    ".join(out)

    text = f"#compdef {program.name}\n"
    if not others:
        return text + f"_arguments \\\n    {arguments(program.options)}\n"
    commands = " ".join(f"'{c.name}:{quoted(c.about)}'" for c in others)
    cases = "".join(f"  {c.name}) _arguments \\\n    {arguments(c.options)} \\\n    '*:file:_files' ;;\n" for c in others)
    return text + f"""local state line
_arguments -C \\
    {arguments(program.options)} \\
    '1:command:->command' '*::argument:->argument'
case $state in
  command) local -a commands=({commands}); _describe command commands; return ;;
esac
case $line[1] in
{cases}esac
"""


def fish(program, others):
    def quoted(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def line(o, condition=""):
        names = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in o.names)
        value = "" if not o.value else f" -x -a {quoted(' '.join(o.choices))}" if o.choices else " -r"
        return f"complete -c {program.name}{condition} {names}{value} -d {quoted(o.text)}\n"

    text = "".join(line(o) for o in program.options)
    for c in others:
        text += f"complete -c {program.name} -n __fish_use_subcommand -f -a {c.name} -d {quoted(c.about)}\n"
        text += "".join(line(o, f" -n '__fish_seen_subcommand_from {c.name}'") for o in c.options)
    return text


def write(binaries, share, emulator=()):
    """Man pages and completions of the programs in `binaries`, below `share`."""
    for folder in ("man/man1", "bash-completion/completions", "zsh/vendor-completions", "fish/vendor_completions.d"):
        (share / folder).mkdir(parents=True, exist_ok=True)
    for path in sorted(binaries.iterdir()):
        program = read_help(path, path.name, emulator=emulator)
        others = [read_help(path, c.name, c.name, emulator=emulator) for c in program.commands]
        (share / "man/man1" / f"{path.name}.1").write_text(man_page(program, others))
        (share / "bash-completion/completions" / path.name).write_text(bash(program, others))
        (share / "zsh/vendor-completions" / f"_{path.name}").write_text(zsh(program, others))
        (share / "fish/vendor_completions.d" / f"{path.name}.fish").write_text(fish(program, others))
