/** Texts of the page, in the language of the app. */
export interface PageTexts {
  readonly title: string;
  readonly split: string;
  readonly sideBySide: string;
  readonly blink: string;
  readonly fit: string;
  readonly border: string;
  readonly hint: string;
  readonly left: string;
  readonly right: string;
  readonly quality: string;
}

export interface PageImage {
  readonly label: string;
  /** A data address. */
  readonly address: string;
}

/**
 * A page that compares pictures of one size as the app does: split, side by side and by turns, with one zoom for all. It
 * asks no network for anything.
 * @param size  of each picture, pixels.
 */
export function comparisonPage(
  language: string,
  texts: PageTexts,
  images: readonly PageImage[],
  size: { readonly width: number; readonly height: number },
): string {
  const options = images.map(({ label }, i) => `<option value="${i}">${escaped(label)}</option>`).join('');
  const figures = images
    .map(
      ({ label, address }) =>
        `<figure><div><img alt="${escaped(label)}" src="${address}"></div><figcaption>${escaped(label)}</figcaption></figure>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(texts.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(texts.title)}</h1>
<button data-layout="split">${escaped(texts.split)}</button>
<button data-layout="panes">${escaped(texts.sideBySide)}</button>
<button data-layout="blink">${escaped(texts.blink)}</button>
<label>${escaped(texts.left)} <select id="left">${options}</select></label>
<label>${escaped(texts.right)} <select id="right">${options}</select></label>
<label class="border">${escaped(texts.border)} <input id="border" type="range" min="0" max="1000" value="500"></label>
<button id="out" aria-label="−">−</button><output id="zoom"></output><button id="in" aria-label="+">+</button>
<button id="fit">${escaped(texts.fit)}</button><button id="actual">1:1</button>
</header>
<main data-layout="split">
${figures}
</main>
<footer>${escaped(texts.hint)} ${escaped(texts.quality)}</footer>
<script>const SIZE = ${JSON.stringify({ width: size.width, height: size.height })};${SCRIPT}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const STYLE = `
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{display:grid;grid-template-rows:auto minmax(0,1fr) auto;font:14px/1.4 system-ui,sans-serif;color-scheme:light dark;background:light-dark(#f6f6f8,#17181c);color:light-dark(#1b1d22,#eceef2)}
header,footer{display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:8px}
footer{font-size:12px}
h1{font-size:15px;margin:0 8px 0 0}
button[aria-pressed=true]{outline:2px solid #2456c9}
main{position:relative;overflow:hidden;display:grid;gap:2px;background:light-dark(#d9dade,#0b0c0e)}
figure{position:relative;overflow:hidden;margin:0;min-width:0;min-height:0;cursor:grab;touch-action:none}
figure div{position:absolute;inset:0;overflow:hidden}
figcaption{position:absolute;top:8px;left:8px;padding:1px 8px;border-radius:6px;background:#000b;color:#fff;pointer-events:none}
main:not([data-layout=panes]) figure{position:absolute;inset:0;visibility:hidden}
main:not([data-layout=panes]) figure.on{visibility:visible}
main[data-layout=split] figure.right figcaption{left:auto;right:8px}
img{position:absolute;left:0;top:0;max-width:none;transform-origin:0 0;user-select:none;pointer-events:none}
img.sharp{image-rendering:pixelated}
output{min-width:4em;text-align:center;font-variant-numeric:tabular-nums}
`;

const SCRIPT = `
const main=document.querySelector('main'),figures=[...document.querySelectorAll('figure')];
const left=document.getElementById('left'),right=document.getElementById('right'),border=document.getElementById('border');
right.value='1';
let zoom=1,x=0,y=0,turn=0,layout='split',timer;
const room=()=>{const f=layout==='panes'?figures[0]:main;return{width:f.clientWidth,height:f.clientHeight}};
function columns(){const n=figures.length;return n>4?3:n===3?3:2}
function draw(){
  const ratio=devicePixelRatio||1,scale=zoom/ratio;
  main.dataset.layout=layout;
  main.style.gridTemplateColumns=layout==='panes'?'repeat('+columns()+',minmax(0,1fr))':'none';
  figures.forEach((f,i)=>{
    const img=f.querySelector('img');
    img.style.transform='translate('+x+'px,'+y+'px) scale('+scale+')';
    img.classList.toggle('sharp',zoom>=1);
    const isRight=i===+right.value;
    f.classList.toggle('right',isRight);
    f.classList.toggle('on',layout==='blink'?i===turn%figures.length:i===+left.value||isRight);
    f.style.zIndex=isRight?1:0;
    f.style.clipPath=layout==='split'&&isRight&&left.value!==right.value?'inset(0 0 0 '+border.value/10+'%)':'none';
  });
  document.getElementById('zoom').textContent=Math.round(zoom*100)+' %';
  for(const b of document.querySelectorAll('[data-layout]'))if(b!==main)b.setAttribute('aria-pressed',b.dataset.layout===layout);
}
function zoomAt(next,px,py){
  next=Math.min(64,Math.max(.02,next));
  x=px-(px-x)*next/zoom;y=py-(py-y)*next/zoom;zoom=next;draw();
}
const middle=()=>{const{width,height}=room();return[width/2,height/2]};
function fit(){const{width,height}=room(),ratio=devicePixelRatio||1;
  zoom=Math.min(width/SIZE.width,height/SIZE.height)*ratio;
  x=(width-SIZE.width*zoom/ratio)/2;y=(height-SIZE.height*zoom/ratio)/2;draw()}
function choose(next){layout=next;clearInterval(timer);
  if(next==='blink'&&!matchMedia('(prefers-reduced-motion: reduce)').matches)timer=setInterval(()=>{turn++;draw()},800);
  draw();fit()}
for(const b of document.querySelectorAll('button[data-layout]'))b.onclick=()=>choose(b.dataset.layout);
left.onchange=right.onchange=border.oninput=draw;
document.getElementById('in').onclick=()=>zoomAt(zoom*1.5,...middle());
document.getElementById('out').onclick=()=>zoomAt(zoom/1.5,...middle());
document.getElementById('fit').onclick=fit;
document.getElementById('actual').onclick=()=>zoomAt(1,...middle());
let held;
main.addEventListener('pointerdown',e=>{held={x:e.clientX,y:e.clientY};main.setPointerCapture(e.pointerId)});
main.addEventListener('pointermove',e=>{if(!held)return;x+=e.clientX-held.x;y+=e.clientY-held.y;held={x:e.clientX,y:e.clientY};draw()});
main.addEventListener('pointerup',()=>held=undefined);
main.addEventListener('wheel',e=>{e.preventDefault();
  const f=(layout==='panes'?e.target.closest('figure')||figures[0]:main).getBoundingClientRect();
  zoomAt(zoom*Math.exp(-e.deltaY/400),e.clientX-f.left,e.clientY-f.top)},{passive:false});
addEventListener('keydown',e=>{if(e.target.closest('select,input'))return;
  const act={'0':fit,'1':()=>zoomAt(1,...middle()),'+':()=>zoomAt(zoom*1.5,...middle()),'-':()=>zoomAt(zoom/1.5,...middle()),
    ArrowLeft:()=>{x+=48;draw()},ArrowRight:()=>{x-=48;draw()},ArrowUp:()=>{y+=48;draw()},ArrowDown:()=>{y-=48;draw()},
    ' ':()=>{turn++;draw()}}[e.key];
  if(act&&!(e.key===' '&&e.target.closest('button'))){e.preventDefault();act()}});
addEventListener('resize',draw);
fit();
`;
