# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The style sheet of the pages for people. Contrast is at least 4.5:1 in both colour schemes."""

STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d0d7de;--back:#fff;
--band:#f6f8fa;--accent:#0b6b4f;--on-accent:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--back:#0d1117;
--band:#161b22;--accent:#3fb98f;--on-accent:#0d1117}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 0}
h1{margin:0;font-size:1.75rem}h2{margin:2rem 0 .75rem;font-size:1.25rem}
header p{margin:.25rem 0 0;color:var(--soft)}
.notice{border-left:4px solid var(--accent);background:var(--band);margin:0;padding:.75rem 1rem}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));
align-items:end;background:var(--band);border:1px solid var(--line);border-radius:.5rem;
padding:1rem}
label{display:grid;gap:.25rem;font-weight:600}
label.check{display:flex;gap:.5rem;align-items:center;font-weight:400}
input,select,button{font:inherit;color:inherit;background:var(--back);border:1px solid var(--soft);
border-radius:.375rem;padding:.4rem .6rem;min-width:0}
input,select{font-weight:400}.grid input:not([type=checkbox]),select{height:2.5rem;width:100%}
label.wide{grid-column:span 2}@media(max-width:36rem){label.wide{grid-column:auto}}
button{cursor:pointer}button:hover{border-color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button.main{background:var(--accent);color:var(--on-accent);border-color:var(--accent);
font-weight:600}
.choice{display:flex;gap:.5rem;margin-top:1.5rem}
.scroll{overflow-x:auto;position:relative}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
thead th{background:var(--band)}td form{display:flex;gap:.5rem}
td button{padding:.2rem .5rem;font-size:.875rem;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
"""
